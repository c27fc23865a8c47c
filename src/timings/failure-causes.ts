import { number } from '../kernel/figures.ts';
import { withoutParts } from '../kernel/outside-text.ts';
import type { FailureCause } from './encoded.ts';
import { isOfService } from './merged-timings.ts';

/** A cause with the original texts of some errors, where they were kept. */
type Cause = Pick<FailureCause, 'cause' | 'count'> & Partial<Pick<FailureCause, 'samples'>>;

export interface Failure extends Cause {
  readonly operation: string;
}

type Operations = Readonly<Record<string, { causes: Iterable<Cause & { readonly outcome: string }> }>>;

const STATUS_AND_WORDS = /^(?<status>\d{3}) (?<message>.+)$/s;
const CODE = /^[A-Z][A-Z0-9_]*$/;

/** All failures by operation and cause, the most frequent first, without limits of the load generator. */
export function failuresOf(operations: Operations): Failure[] {
  return Object.entries(operations)
    .flatMap(([operation, { causes }]) =>
      [...causes].flatMap(({ outcome, ...cause }) => (isOfService(outcome) ? { operation, ...cause } : [])),
    )
    .sort((one, other) => other.count - one.count);
}

/** `24 × meeting.leave 500 "Deadlock found"`: a code of the service without quotes, its message in quotes. */
export function failureText(failure: Failure): string {
  return `${number(failure.count)} × ${failureName(failure)}`;
}

/** The same without the number. */
export function failureName({ operation, ...cause }: Omit<Failure, 'count'>): string {
  return `${operation} ${causeText(shownCause(cause))}`;
}

/** The placeholders in a cause, for names, numbers and addresses that differ between its failures. */
const ANONYMOUS = /<(?:url|address|id)>|\bN\b|…/;

/** The beginning of an error message: the class of the error, and the call that Playwright names. */
const NAME_OF_ERROR = /^(?:\w*Error: )?(?:\w+\.\w+: )?/;

const LONGEST_SAMPLE = 160;

/**
 * A cause for reports. If names were replaced to count failures together, the text of the first failure
 * is shown instead. Queries and passwords of addresses are removed: they may be secrets.
 */
export function shownCause({ cause, samples = [] }: Pick<Failure, 'cause' | 'samples'>): string {
  const [sample] = samples;
  // The cause of an answer has its status first, and then its message.
  if (sample === undefined || !ANONYMOUS.test(cause) || STATUS_AND_WORDS.test(cause)) return cause;
  const line = withoutParts(sample.split('\n', 1)[0]!.replace(NAME_OF_ERROR, '')).trim();
  if (line === '') return cause;
  const text = line.length > LONGEST_SAMPLE ? `${line.slice(0, LONGEST_SAMPLE - 1)}…` : line;
  return samples.length > 1 ? `${text} (and similar ones)` : text;
}

/** The first failures, and the number of all others. */
export function failureTexts(failures: readonly Failure[], most: number): string[] {
  const others = failures.slice(most).reduce((sum, { count }) => sum + count, 0);
  const texts = failures.slice(0, most).map(failureText);
  return others === 0 ? texts : [...texts, `${number(others)} × other causes`];
}

function causeText(cause: string): string {
  const { status, message } = STATUS_AND_WORDS.exec(cause)?.groups ?? {};
  if (status === undefined || message === undefined) return cause;
  return CODE.test(message) ? cause : `${status} "${message.replace(/^"(.*)"$/s, '$1')}"`;
}
