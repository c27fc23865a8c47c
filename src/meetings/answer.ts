import { withoutSecrets } from '../kernel/secrets.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Values } from './contract/expressions.ts';

/** How a call ended. It never throws: what happens to a participant is recorded, and the journey decides. */
export interface Answer {
  readonly outcome: Outcome;
  /** What a successful answer can be read from, with the expressions of its operation. */
  readonly values?: Values;
  /** Why it was no success, the same for all failures of one kind. */
  readonly cause?: string;
  /** When a rate-limited user may come back, as the service says it. */
  readonly retryAfter?: string;
  /** When the call began and when its answer was complete, in ms of the clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** How long after its start the call could have been sent, and was not, in ms: the generator was busy. Absent: 0. */
  readonly heldMs?: number;
  /** The text that tells this call from all others, where the contract sends one. */
  readonly unique?: string;
}

const LONGEST_CAUSE = 60;
const CODE = /^[A-Z][A-Z0-9_]*$/;

/**
 * What a refusal says, the same for all refusals of one kind: its code, or its words without ids and numbers. Empty
 * where it says neither. `said` is the body of an HTTP answer, or the payload of a socket's.
 */
export function causeIn(said: unknown): string {
  if (typeof said === 'string') return quoted(said);
  if (typeof said !== 'object' || said === null) return '';
  const { error, code: ownCode, message, detail, title, reason } = said as Readonly<Record<string, unknown>>;
  const inner =
    typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>) : {};
  const code = [error, ownCode, inner.code].find((one) => typeof one === 'string' && CODE.test(one));
  if (typeof code === 'string' && !/^(?:INTERNAL|UNKNOWN|SERVER)/.test(code))
    return code.slice(0, LONGEST_CAUSE);
  const words = [message, inner.message, detail, title, reason, error].find(
    (one) => typeof one === 'string' && one !== code && one !== '',
  );
  const parts = [typeof code === 'string' ? code : '', typeof words === 'string' ? quoted(words) : ''];
  return parts.filter((part) => part !== '').join(' ');
}

function quoted(words: string): string {
  const normalised = withoutSecrets(words)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '…')
    .replace(/\d+/g, 'N')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_CAUSE);
  return normalised === '' ? '' : `"${normalised}"`;
}
