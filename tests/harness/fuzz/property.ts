import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { UserError } from '../../../src/kernel/errors.ts';
import { CASE_LIMIT_MS, watch } from './time-limit.ts';

/** The same seed gives the same cases. fast-check prints it, with the smallest case that fails. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);

/** The factor for the number of cases: more before a release, fewer during development. */
const EFFORT = Number(process.env.FUZZ_EFFORT ?? 1);

/** The time limit for finding a smaller case: each hanging case takes the whole limit of a case. */
const WHOLE_LIMIT_MS = 300_000;

/**
 * Tries this number of cases, which assert by `node:assert`: Playwright keeps each `expect` of a test as a step, and thousands of
 * them take minutes. A case that does not end within `limitMs` fails, and is named like each
 * other failing case.
 */
export async function holdsFor<T>(
  cases: number,
  values: fc.Arbitrary<T>,
  act: (value: T) => unknown,
  limitMs = CASE_LIMIT_MS,
): Promise<void> {
  // Thousands of cases take longer than a test of one part.
  test.setTimeout(2 * WHOLE_LIMIT_MS);
  // The timer of fast-check detects a case that only waits first.
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

/** Expects a result, which is returned, or a message for the user; fails for any other error. */
export async function answersInWords<T>(act: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    assert(error instanceof UserError, String((error as Error)?.stack));
    expectUserMessage((error as Error).message);
    return undefined;
  }
}

/** Checks that a message for the user contains no internals of the program. */
export function expectUserMessage(text: string): void {
  assert.notEqual(text.trim(), '');
  assert.doesNotMatch(text, /^\s+at .+:\d+:\d+\)?$/m);
  assert.doesNotMatch(
    text,
    /\b(?:TypeError|RangeError|ReferenceError|ZodError|AssertionError|ERR_[A-Z_]+)\b/,
  );
  assert.doesNotMatch(text, /\[object Object\]|\bundefined is not\b|Cannot read propert/);
}
