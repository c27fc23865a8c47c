import { expect, test } from '@playwright/test';
import { comparisonText } from '../../../src/history/comparison-text.ts';
import { historyText } from '../../../src/history/history-text.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { judgeByThePast, seriesBefore } from '../../../src/history/regressions.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { normal, recordOf } from './records.ts';

/** Run `n` of a search within 5% whose answer is `users`; undefined: it found only a lower bound. */
function search(n: number, users: number | undefined, over: Partial<HistoryRecord> = {}): HistoryRecord {
  const capacity = { value: users ?? 0, unit: 'users', better: 'higher', withinPercent: 5 } as const;
  return recordOf(n, {
    kind: 'capacity',
    name: 'meeting-sessions',
    settings: { CAPACITY_OF: 'users', CAPACITY_WITHIN: 5, limits: 'latency p95 < 500 ms' },
    figures: users === undefined ? {} : { capacity },
    verdict: users === undefined ? 'inconclusive' : 'passed',
    ...over,
  });
}

/** Searches of one service: each answer is wrong by a few percent. */
const around = (users: number, n: number) =>
  Math.round(users * Math.exp(0.02 * normal(seeded('searches', n))));
const before = Array.from({ length: 20 }, (_, n) => search(n, around(430, n)));

test.describe('the capacity against the past', () => {
  test('is less than in the baseline by clearly more than the resolution', () => {
    const { regressions } = judgeByThePast(search(30, 360), { baseline: search(0, 430), earlier: [] });
    expect(regressions).toMatchObject([{ metric: 'capacity', before: 430, after: 360, unit: 'users' }]);
    expect(regressions[0]!.message).toMatch(
      /^16% less capacity than in the baseline: 360 users, was 430 users \(p = 0\.00\d\)$/,
    );
  });

  test('is the same within twice the resolution, and more is no regression', () => {
    for (const users of [390, 410, 430, 520])
      expect(
        judgeByThePast(search(30, users), { baseline: search(0, 430), earlier: [] }).regressions,
      ).toEqual([]);
  });

  test('fell 12% three runs ago', () => {
    const fallen = [20, 21, 22].map((n) => search(n, around(378, n)));
    const { regressions } = judgeByThePast(fallen[2]!, { earlier: [...before, ...fallen.slice(0, 2)] });
    expect(regressions).toMatchObject([{ metric: 'capacity', against: 'series' }]);
    expect(regressions[0]!.message).toMatch(/^1[1-3]% less capacity since 2026-11-01 \(3 runs\): /);
  });

  test('does not change in a series without a change', () => {
    for (let n = 10; n < 20; n++)
      expect(judgeByThePast(before[n]!, { earlier: before.slice(0, n) }).regressions).toEqual([]);
  });

  test('is no point of a trend if only a lower bound is known', () => {
    const answer = 'INCONCLUSIVE: at least 430 users: the load generator was the limit.';
    const records = [...before, search(20, undefined, { answer })];
    expect(seriesBefore(search(21, 430), records)).toHaveLength(20);
    const lines = historyText(records, { runs: 3, baselines: [] }).join('\n');
    expect(lines).toContain('capacity meeting-sessions: 21 runs');
    expect(lines).toMatch(/capacity .* users .* users/);
    expect(lines).not.toMatch(/ 0 users/);
    expect(lines.replace(/\s+/g, ' ')).toContain(
      'inconclusive at least 430 users: the load generator was the limit',
    );
  });
});

test('a comparison of two searches says what changed, and what is too little to matter', () => {
  const text = (users: number) => comparisonText(search(0, 430), search(1, users), []).join('\n');
  expect(text(360)).toMatch(/430 users +360 users +× 0\.84 +less ❌/);
  expect(text(425)).toMatch(/no difference beyond chance/);
  expect(text(520)).toMatch(/more ✅/);
});
