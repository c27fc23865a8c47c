import type { Fault } from '../fault.ts';
import { type Direction, type Impairment, isNothing, type PathImpairment } from '../impairment.ts';
import { retransmissionTimeoutMs, roundTripMs } from '../tcp.ts';

/** What holds for one direction now. */
export interface Conditions {
  readonly impairment: Impairment;
  readonly rttMs: number;
  readonly rtoMs: number;
  readonly isStalled: boolean;
  readonly swallows: boolean;
  /** Nothing of the above: bytes pass directly. */
  readonly areGood: boolean;
}

export interface PathConditions extends Readonly<Record<Direction, Conditions>> {
  readonly impairment: PathImpairment;
  readonly refuses: boolean;
}

const NOTHING: PathImpairment = {};
const UNIMPAIRED: Impairment = {};

/** The sum of all faults that a path has. */
export function conditionsUnder(faults: readonly Fault[]): PathConditions {
  const impairment: PathImpairment = faults.findLast((fault) => fault.kind === 'impaired') ?? NOTHING;
  const towards = (direction: Direction): Conditions => {
    const own = impairment[direction] ?? UNIMPAIRED;
    const isStalled = faults.some(
      (fault) => fault.kind === 'stalled' && (fault.direction === direction || fault.direction === 'both'),
    );
    const swallows = faults.some((fault) => fault.kind === 'half-open' && fault.direction === direction);
    return {
      impairment: own,
      rttMs: roundTripMs(impairment),
      rtoMs: retransmissionTimeoutMs(impairment),
      isStalled,
      swallows,
      areGood: isNothing(own) && !isStalled && !swallows,
    };
  };
  const refuses = faults.some((fault) => fault.kind === 'refusing');
  return { impairment, up: towards('up'), down: towards('down'), refuses };
}
