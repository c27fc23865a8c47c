import { expect, test } from '@playwright/test';
import type { Level } from '../../../src/capacity/evidence.ts';
import { judgeLevel, leadsUp } from '../../../src/capacity/level.ts';
import type { OpenLevel } from '../../../src/capacity/open-level.ts';
import type { Second } from '../../../src/capacity/second.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { normal } from '../history/records.ts';
import { levelOf, P95, secondWith, type Told } from './levels.ts';

const open = (over: Partial<OpenLevel> = {}): OpenLevel => ({
  axis: 'users',
  level: 100,
  purpose: 'bisect',
  limits: [P95],
  ...over,
});

const noise = (key: string, deviation: number) => {
  const random = seeded('level', key);
  return () => Math.max(0.05, 1 + deviation * normal(random));
};

/** Feeds seconds until the level is judged. */
function judge(level: OpenLevel, told: (at: number) => Told, most = 200): Level | undefined {
  const seconds: Second[] = [];
  for (let at = 0; at < most; at++) {
    seconds.push(secondWith({ at, ...told(at) }));
    const judged = judgeLevel(level, seconds);
    if (judged) return judged;
  }
  return undefined;
}

const lastsS = ({ startedAtMs, endedAtMs }: Level) => (endedAtMs - startedAtMs) / 1000;

test.describe('judging a level', () => {
  test('holds after five batches if nearly all calls are in time', () => {
    const level = judge(open(), () => ({ slow: 0.01 }))!;
    expect(level).toMatchObject({ verdict: 'holds', judgedFromMs: 0, growth: null, generator: null });
    expect(lastsS(level)).toBe(15);
    expect(level.limits).toEqual([expect.objectContaining({ share: 0.99, batches: 5, of: 1500 })]);
    expect(level).toMatchObject({ calls: 1500, perSecond: 100, users: 100, errorRatePercent: 0 });
    expect(level.message).toBe('99% within latency p95 < 500 ms (95% CI 98.36–99.39%), 95% required');
  });

  test('breaks at once if far too many calls are late', () => {
    const level = judge(open(), () => ({ slow: 0.5 }))!;
    expect(level).toMatchObject({ verdict: 'breaks' });
    expect(lastsS(level)).toBeLessThan(12);
    expect(level.message).toContain('only 50% within latency p95 < 500 ms');
  });

  test('counts failures as outside of a latency limit', () => {
    expect(judge(open(), () => ({ failed: 20 }))).toMatchObject({ verdict: 'breaks', errorRatePercent: 20 });
  });

  test('breaks where a queue grows, however short the response times still are', () => {
    const wide = noise('grow', 0.2);
    const level = judge(open({ purpose: 'confirm' }), (at) => ({
      ms: 100 * wide() + 4 * Math.max(0, at - 9),
    }))!;
    expect(level.verdict).toBe('breaks');
    expect(level.limits[0]!.share).toBe(1);
    expect(level.p95Ms).toBeLessThan(500);
    expect(level.growth).toMatchObject({ what: 'response time' });
    expect(level.growth!.perSecond).toBeGreaterThan(2);
    expect(level.growth!.pValue).toBeLessThan(0.01);
    expect(level.message).toContain('a queue grows');
  });

  test('holds where the response time wanders without a trend', () => {
    for (let key = 0; key < 20; key++) {
      const wide = noise(`wander ${key}`, 0.4);
      const level = judge(open({ purpose: 'confirm' }), () => ({ ms: 60 * wide() }))!;
      expect(level.verdict).toBe('holds');
    }
  });

  test('discards the time until the response time has settled', () => {
    const level = judge(open(), (at) => ({ ms: at < 9 ? 1000 - 100 * at : 50, slow: at < 9 ? 1 : 0 }))!;
    expect(level).toMatchObject({ verdict: 'holds', p95Ms: expect.closeTo(50, 0) });
    expect(level.judgedFromMs).toBeGreaterThanOrEqual(6000);
    expect(level.limits[0]!.share).toBeGreaterThan(0.95);
  });

  test('waits until the users of the level have arrived', () => {
    const level = judge(open(), (at) => ({ users: Math.min(100, 10 * at) }))!;
    expect(level.judgedFromMs).toBe(10_000);
    expect(level.users).toBe(100);
  });

  test('judges at last a level that never settles', () => {
    const level = judge(open(), (at) => ({ ms: 20 + 5 * at }))!;
    expect(level.verdict).toBe('breaks');
    expect(level.judgedFromMs).not.toBeNull();
    expect(level.message).toContain('a queue grows');
    expect(lastsS(level)).toBeLessThan(60);
  });

  test('is undecided where the share is too near to the limit', () => {
    const wide = noise('near', 0.8);
    const level = judge(open(), () => ({ slow: Math.min(1, 0.048 * wide()) }))!;
    expect(level).toMatchObject({ verdict: 'undecided', message: expect.stringContaining('too near') });
    expect(lastsS(level)).toBe(30);
  });

  test('needs more batches with few calls, and is undecided without enough', () => {
    const few = judge(open({ purpose: 'confirm' }), () => ({ calls: 1, users: 100 }))!;
    expect(few.verdict).toBe('holds');
    const fewer = judge(open({ purpose: 'confirm' }), (at) => ({ calls: at % 4 === 0 ? 1 : 0 }))!;
    expect(fewer.verdict).toBe('undecided');
    expect(fewer.message).toContain('it needs 73');
    expect(lastsS(fewer)).toBeGreaterThanOrEqual(180);
    expect(leadsUp(fewer)).toBe(true);
  });

  test('names the limit of which no call ended', () => {
    const level = judge(open(), () => ({ calls: 0 }))!;
    expect(level).toMatchObject({ verdict: 'undecided', p95Ms: null, errorRatePercent: null });
    expect(level.message).toBe('no call ended that latency p95 < 500 ms is about');
  });

  test('confirms for more than three times as long', () => {
    expect(lastsS(judge(open({ purpose: 'confirm' }), () => ({}))!)).toBe(108);
    expect(lastsS(judge(open({ purpose: 'step down' }), () => ({}))!)).toBe(108);
  });

  test('refuses a confirmation as soon as it cannot hold any more', () => {
    const wide = noise('hopeless', 0.9);
    const level = judge(open({ purpose: 'confirm' }), () => ({ slow: Math.min(1, 0.15 * wide()) }))!;
    expect(level.verdict).not.toBe('holds');
    expect(leadsUp(level)).toBe(false);
    expect(lastsS(level)).toBeLessThan(60);
  });
});

test.describe('an overloaded load generator', () => {
  const overloaded = 'a slice used 99% of its core';

  test('is the limit of a level that would hold', () => {
    const level = judge(open(), () => ({ generator: overloaded }))!;
    expect(level).toMatchObject({ verdict: 'generator', generator: expect.stringContaining(overloaded) });
    expect(level.message).toBe(`the load generator was the limit (${overloaded})`);
  });

  test('is not the limit for one second in ten', () => {
    const level = judge(open(), (at) => ({ generator: at % 10 === 0 ? overloaded : null }))!;
    expect(level).toMatchObject({ verdict: 'holds', generator: null });
  });

  test('does not excuse a service that breaks at the earliest ends too', () => {
    expect(judge(open(), () => ({ generator: overloaded, slow: 0.6 }))).toMatchObject({ verdict: 'breaks' });
  });

  test('is the limit where only the latest ends break', () => {
    const level = judge(open(), () => ({ slow: 0.5, slowAtEarliest: 0 }))!;
    expect(level.verdict).toBe('generator');
    expect(level.message).toContain('read the answers too late');
  });

  test('is the limit where it did not bring all users', () => {
    const level = judge(open(), () => ({ users: 80 }))!;
    expect(level.verdict).toBe('generator');
    expect(level.message).toContain('only 80 users of 100 were active');
  });
});

test.describe('several limits', () => {
  const ERRORS = { text: 'error rate < 1 %', thresholdMs: null, required: 0.99 };
  const EACH = { ...P95, text: 'each operation p95 < 500 ms', each: true as const };

  test('breaks by any of them, and names it', () => {
    const seconds = Array.from({ length: 15 }, (_, at) => ({
      ...secondWith({ at }),
      within: [secondWith().within[0]!, { '': { latest: 95, earliest: 95, of: 100 } }],
    }));
    const judged = judgeLevel(open({ limits: [P95, ERRORS] }), seconds)!;
    expect(judged).toMatchObject({ verdict: 'breaks', message: expect.stringContaining('error rate < 1 %') });
    expect(judged.limits.map(({ text }) => text)).toEqual(['error rate < 1 %', 'latency p95 < 500 ms']);
  });

  test('takes the worst operation, without those that are too rare', () => {
    const seconds = Array.from({ length: 15 }, (_, at) => ({
      ...secondWith({ at }),
      within: [
        {
          'meeting.get': { latest: 100, earliest: 100, of: 100 },
          'meeting.join': { latest: 97, earliest: 97, of: 100 },
          'meeting.leave': { latest: 0, earliest: 0, of: at === 3 ? 1 : 0 },
        },
      ],
    }));
    expect(judgeLevel(open({ limits: [EACH] }), seconds)).toMatchObject({
      verdict: 'holds',
      limits: [{ text: 'each operation p95 < 500 ms (meeting.join)', share: 0.97 }],
    });
  });
});

test('a level has the mean of each resource, and whether it was at its limit', () => {
  const level = judge(open(), (at) => ({
    resources:
      at % 2 === 0
        ? [
            { name: 'service CPU', value: 0.98, unit: 'cores', limit: 0.95 },
            { name: 'connections', value: at, unit: '', limit: null },
          ]
        : [],
  }))!;
  expect(level.resources).toEqual([
    { name: 'service CPU', value: expect.closeTo(0.98, 9), unit: 'cores', limit: 0.95, isAtLimit: true },
    { name: 'connections', value: 7, unit: '', limit: null, isAtLimit: false },
  ]);
});

test('an undecided level leads where its share points', () => {
  const at = (share: number | null) => [
    { text: '', required: 0.95, share, low: null, high: null, batches: 5 },
  ];
  expect(leadsUp(levelOf({ verdict: 'undecided', limits: at(0.96) }))).toBe(true);
  expect(leadsUp(levelOf({ verdict: 'undecided', limits: at(0.94) }))).toBe(false);
  expect(leadsUp(levelOf({ verdict: 'undecided', limits: at(null) }))).toBe(true);
  expect(leadsUp(levelOf({ verdict: 'breaks' }))).toBe(false);
  expect(leadsUp(levelOf({ verdict: 'generator' }))).toBe(false);
});
