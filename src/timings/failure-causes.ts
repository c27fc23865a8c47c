import { number } from '../kernel/figures.ts';
import type { FailureCause } from './encoded.ts';
import { isOfService } from './merged-timings.ts';

/** How often one operation failed for one cause. */
export interface Failure extends Pick<FailureCause, 'cause' | 'count'> {
  readonly operation: string;
}

interface Operations {
  readonly [operation: string]: {
    readonly causes: Iterable<Pick<FailureCause, 'cause' | 'count'> & { readonly outcome: string }>;
  };
}

const STATUS_AND_WORDS = /^(?<status>\d{3}) (?<said>.+)$/s;
const CODE = /^[A-Z][A-Z0-9_]*$/;

/** Every failure by operation and cause, the most frequent first; limits of the load generator are none of the service. */
export function failuresOf(operations: Operations): Failure[] {
  return Object.entries(operations)
    .flatMap(([operation, { causes }]) =>
      [...causes].flatMap(({ cause, count, outcome }) =>
        isOfService(outcome) ? { operation, cause, count } : [],
      ),
    )
    .sort((one, other) => other.count - one.count);
}

/** `24 × meeting.leave 500 "Deadlock found"`: a code of the service stands as it is, its words in quotes. */
export function failureText({ operation, cause, count }: Failure): string {
  return `${number(count)} × ${operation} ${causeText(cause)}`;
}

/** The first few, and how many failures the others are. */
export function failureTexts(failures: readonly Failure[], most: number): string[] {
  const others = failures.slice(most).reduce((sum, { count }) => sum + count, 0);
  const texts = failures.slice(0, most).map(failureText);
  return others === 0 ? texts : [...texts, `${number(others)} × other causes`];
}

function causeText(cause: string): string {
  const { status, said } = STATUS_AND_WORDS.exec(cause)?.groups ?? {};
  if (status === undefined || said === undefined) return cause;
  return CODE.test(said) ? cause : `${status} "${said.replace(/^"(.*)"$/s, '$1')}"`;
}
