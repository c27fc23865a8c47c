import { stripVTControlCharacters } from 'node:util';
import { withoutSecrets } from '../kernel/secrets.ts';

/** The part of Playwright's `TestInfo` about the end of a test. */
export interface EndedTest {
  readonly error?: { readonly message?: string } | undefined;
  readonly expectedStatus: string;
}

/**
 * Why a test ended before its experiment was concluded, in one sentence; undefined if it was skipped. A test without
 * an error has not run its experiment, or has not awaited it: it would pass without any judgement.
 */
export function whyNotConcluded({ error, expectedStatus }: EndedTest): string | undefined {
  if (error) return firstLine(error.message ?? 'it ended without a reason');
  return expectedStatus === 'skipped'
    ? undefined
    : 'the test ended before the experiment was concluded, so nothing was judged. End it with `await experiment.run({ … })`.';
}

/** Playwright writes errors with colours, and with code below. */
function firstLine(message: string): string {
  const [first = ''] = stripVTControlCharacters(message).split('\n');
  return withoutSecrets(first.replace(/^\w*Error: /, ''));
}
