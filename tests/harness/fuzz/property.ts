import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { UserError } from '../../../src/kernel/errors.ts';
import { CASE_LIMIT_MS, watch } from './time-limit.ts';

/** The same seed gives the same cases. fast-check prints it, with the smallest case that fails. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);

/** Times as many cases as usual: more before a release, fewer while one writes. */
const EFFORT = Number(process.env.FUZZ_EFFORT ?? 1);

/** Searching for a smaller case must end too: each case that hangs takes the limit of a case. */
const WHOLE_LIMIT_MS = 300_000;

/**
 * Tries this number of cases, which assert by `node:assert`: Playwright keeps each `expect` of a test as a step, and thousands of
 * them take minutes. A case that has no end within `limitMs` fails, and is named like every
 * other one.
 */
export async function holdsFor<T>(
  cases: number,
  values: fc.Arbitrary<T>,
  act: (value: T) => unknown,
  limitMs = CASE_LIMIT_MS,
): Promise<void> {
  // Thousands of cases take longer than a test of one part.
  test.setTimeout(2 * WHOLE_LIMIT_MS);
  // The timer of fast-check is the first to know of a case that only waits.
  await using watched = await watch(2 * limitMs);
  const property = fc.asyncProperty(values, async (value) => {
    watched.begin(fc.stringify(value));
    try {
      await act(value);
    } finally {
      watched.end();
    }
  });
  await fc.assert(property, {
    seed: SEED,
    numRuns: Math.max(1, Math.round(cases * EFFORT)),
    timeout: limitMs,
    interruptAfterTimeLimit: WHOLE_LIMIT_MS,
    markInterruptAsFailure: true,
  });
}

/** Either there is a right result, which is returned, or a message for the user: never another error. */
export async function answersInWords<T>(act: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    assert(error instanceof UserError, String((error as Error)?.stack));
    expectUserMessage((error as Error).message);
    return undefined;
  }
}

/** A message for the user has no trace of the program. */
export function expectUserMessage(text: string): void {
  assert.notEqual(text.trim(), '');
  assert.doesNotMatch(text, /^\s+at .+:\d+:\d+\)?$/m);
  assert.doesNotMatch(
    text,
    /\b(?:TypeError|RangeError|ReferenceError|ZodError|AssertionError|ERR_[A-Z_]+)\b/,
  );
  assert.doesNotMatch(text, /\[object Object\]|\bundefined is not\b|Cannot read propert/);
}
