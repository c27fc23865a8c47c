import { stripVTControlCharacters } from 'node:util';
import { withoutSecrets } from '../kernel/secrets.ts';

/** What Playwright knows of a test at its end; `TestInfo` has it. */
export interface EndedTest {
  readonly error?: { readonly message?: string } | undefined;
  readonly expectedStatus: string;
}

/**
 * Why a test ended before its experiment was concluded, in one sentence; undefined where it was skipped. A test without
 * an error has forgotten to conclude, or to await it: it would pass although nothing was judged.
 */
export function whyNotConcluded({ error, expectedStatus }: EndedTest): string | undefined {
  if (error) return firstLine(error.message ?? 'it ended without a reason');
  return expectedStatus === 'skipped'
    ? undefined
    : 'the test ended before the experiment was concluded, so nothing was judged. End it with `await conclude()`.';
}

/** Playwright writes errors with colours, and with code below. */
function firstLine(message: string): string {
  const [first = ''] = stripVTControlCharacters(message).split('\n');
  return withoutSecrets(first.replace(/^\w*Error: /, ''));
}
