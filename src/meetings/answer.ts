import { withoutSecrets } from '../kernel/secrets.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Values } from './expressions.ts';

/** How a call ended. A call never throws: failures are recorded, and the journey decides what to do next. */
export interface Answer {
  /** `ok`, or the kind of the failure. */
  readonly outcome: Outcome;
  /** The values that the expressions of the operation read from a successful answer. */
  readonly values?: Values;
  /** The cause of a failure, the same for all failures of one kind. */
  readonly cause?: string;
  /** When a rate-limited user may retry, as sent by the service. */
  readonly retryAfter?: string;
  /** When the call began, in ms of the clock. */
  readonly startedAt: number;
  /** When the answer was complete, in ms of the clock. */
  readonly endedAt: number;
  /** How long the generator was too busy to send the call after its start, in ms. Absent: 0. */
  readonly heldMs?: number;
  /** The unique text of this call, if the contract sends one. */
  readonly unique?: string;
}

const LONGEST_CAUSE = 60;
const CODE = /^[A-Z][A-Z0-9_]*$/;

/**
 * The code of a refusal, or its message without ids and numbers: the same for all refusals of one kind. Empty
 * without both. `said` is the body of an HTTP answer or the payload of a socket's answer.
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
