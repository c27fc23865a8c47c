import { expect, test } from '@playwright/test';
import { type FailedTry, pauseAfter, retryAfterMs } from '../../../src/alerts/retry.ts';

const rules = { tries: 4, backoffMs: 500, longestPauseMs: 10_000 };

test('each retry pause doubles, and half of it is random', () => {
  const pauses = (random: number) =>
    [1, 2, 3, 4].map((number) => pauseAfter(number, {}, rules, () => random));
  expect(pauses(0)).toEqual([250, 500, 1000, undefined]);
  expect(pauses(1)).toEqual([500, 1000, 2000, undefined]);
});

test('no retry pause is longer than the limit', () => {
  expect(pauseAfter(9, {}, { ...rules, tries: 20 }, () => 1)).toBe(10_000);
});

test.describe('Which webhook failures are retried?', () => {
  const cases: [FailedTry, boolean][] = [
    [{}, true],
    [{ status: 408 }, true],
    [{ status: 429 }, true],
    [{ status: 500 }, true],
    [{ status: 503 }, true],
    [{ status: 302 }, false],
    [{ status: 400 }, false],
    [{ status: 404 }, false],
    [{ status: 410 }, false],
  ];
  for (const [failed, isWorth] of cases) {
    test(`${isWorth ? 'retries' : 'does not retry'} after ${failed.status ?? 'no answer'}`, () => {
      expect(pauseAfter(1, failed, rules, () => 0) !== undefined).toBe(isWorth);
    });
  }
});

test('a retry waits as long as the service asks, unless that is too long', () => {
  const asked = (askedMs: number) => pauseAfter(1, { status: 429, askedMs }, rules, () => 1);
  expect(asked(0)).toBe(500);
  expect(asked(3000)).toBe(3000);
  expect(asked(10_000)).toBe(10_000);
  expect(asked(10_001)).toBeUndefined();
});

test.describe('the Retry-After header', () => {
  const now = Date.parse('2026-11-23T14:00:00Z');
  const cases: [string | undefined, number | undefined][] = [
    [undefined, undefined],
    ['0', 0],
    ['30', 30_000],
    [' 30 ', 30_000],
    ['Mon, 23 Nov 2026 14:00:20 GMT', 20_000],
    ['Mon, 23 Nov 2026 13:00:00 GMT', 0],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    ['99999999999999999999', undefined],
  ];
  for (const [header, pause] of cases) {
    test(`reads ${header === undefined ? 'no header' : `"${header}"`} as ${pause === undefined ? 'no pause' : `${pause} ms`}`, () =>
      expect(retryAfterMs(header, now)).toBe(pause));
  }
});
