import { assertNever } from '../../kernel/errors.ts';
import {
  DIRECTIONS,
  type Direction,
  describeImpairment,
  mistakesIn,
  type PathImpairment,
} from './impairment.ts';

/** A state that a path stays in until it is healed or its time to live is over. */
export type Fault =
  /** Replaces an earlier impairment of the path; the other kinds add up. */
  | ({ readonly kind: 'impaired' } & PathImpairment)
  /** Nothing passes in this direction, nothing is lost, and all of it passes after the heal. */
  | { readonly kind: 'stalled'; readonly direction: Direction | 'both' }
  /** What is sent in this direction disappears, ends of connections too. */
  | { readonly kind: 'half-open'; readonly direction: Direction }
  /** Nobody listens: new connections are refused, open ones go on. */
  | { readonly kind: 'refusing' };

export interface TimeToLive {
  /** The proxy heals the fault after this time, whatever became of who inflicted it. */
  readonly ttlMs?: number;
}

export const DEFAULT_TTL_MS = 5 * 60_000;
const LONGEST_TTL_MS = 24 * 3_600_000;

export function mistakesInFault(fault: Fault, ttlMs: number): string[] {
  const mistakes = mistakesOfKind(fault);
  if (!(ttlMs >= 1 && ttlMs <= LONGEST_TTL_MS)) {
    mistakes.push(`ttlMs is ${JSON.stringify(ttlMs)}. Give a number from 1 to ${LONGEST_TTL_MS}.`);
  }
  return mistakes;
}

function mistakesOfKind(fault: Fault): string[] {
  switch (fault.kind) {
    case 'impaired':
      return mistakesIn(fault);
    case 'stalled':
      return mistakesInDirection(fault.direction, [...DIRECTIONS, 'both']);
    case 'half-open':
      return mistakesInDirection(fault.direction, DIRECTIONS);
    case 'refusing':
      return [];
    default:
      return assertNever(fault);
  }
}

function mistakesInDirection(direction: string, allowed: readonly string[]): string[] {
  return allowed.includes(direction)
    ? []
    : [`direction is ${JSON.stringify(direction)}. Use one of: ${allowed.join(', ')}.`];
}

/** One sentence for reports. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'impaired':
      return `impaired: ${describeImpairment(fault)}`;
    case 'stalled':
      return `stalled ${fault.direction === 'both' ? 'both ways' : `on the way ${fault.direction}`}`;
    case 'half-open':
      return `half-open: nothing gets through on the way ${fault.direction}, unnoticed`;
    case 'refusing':
      return 'refusing new connections';
    default:
      return assertNever(fault);
  }
}
