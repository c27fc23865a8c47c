import { expect, test } from '@playwright/test';
import { DRAIN_FROM_MS, judged, times } from './judged.ts';

test.describe('the worst window of a run', () => {
  /** 172 s at 10 calls a second, of which the last 10 s fail: 5.8 % of the run. */
  const deadEnd = times(1720, (index) => (index >= 1620 ? { outcome: 'http 503' } : {}));

  test('shows 10 dead seconds that the rate of the whole run hides', () => {
    expect(judged('error rate < 6 %', deadEnd, 172).state).toBe('met');
    expect(judged('worst 10 s error rate < 6 %', deadEnd, 172)).toMatchObject({
      state: 'missed',
      value: 100,
      count: 100,
      note: 'worst from second 162 to 172',
    });
    expect(judged('worst 10 s success rate > 94 %', deadEnd, 172)).toMatchObject({
      state: 'missed',
      value: 0,
    });
  });

  test('misses a latency target when all its calls failed', () => {
    expect(judged('worst 10 s p95 < 1 s', deadEnd, 172)).toMatchObject({
      state: 'missed',
      value: null,
      note: 'no successful call, so no latency from second 162 to 172',
    });
  });

  test('ignores a window that holds only successful calls of the drain', () => {
    const drainS = DRAIN_FROM_MS / 1000;
    const calls = times(drainS * 10 + 200, () => ({}));
    expect(judged('worst 10 s p95 < 1 s', calls, drainS + 20)).toMatchObject({ state: 'met' });
  });

  test('shows slow seconds that the P95 of the whole run hides', () => {
    const slow = times(1000, (index) => (index >= 500 && index < 530 ? { latencyMs: 2000 } : {}));
    expect(judged('p95 < 100 ms', slow, 100).state).toBe('met');
    const worst = judged('worst 10 s p95 < 100 ms', slow, 100);
    expect(worst).toMatchObject({ state: 'missed', count: 100 });
    expect(worst.value).toBeCloseTo(2000, -2);
  });

  test('has a throughput of 0 when a window has no calls', () => {
    const pause = times(400, (index) => ({ atMs: (index < 200 ? index : index + 200) * 100 }));
    expect(judged('worst 10 s throughput > 1 /s', pause, 60)).toMatchObject({ state: 'missed', value: 0 });
    expect(judged('throughput > 1 /s', pause, 60).state).toBe('met');
  });

  test('meets a target in a good run, and shows its seconds', () => {
    expect(
      judged(
        'worst 10 s p95 < 100 ms',
        times(300, () => ({})),
        30,
      ),
    ).toMatchObject({
      state: 'met',
      note: expect.stringContaining('worst from second'),
    });
  });

  test('holds no call after the end of the schedule', () => {
    const drained = [
      ...times(100, () => ({})),
      ...times(50, (index) => ({ atMs: 15_000 + index, outcome: 'reset' })),
    ];
    expect(judged('worst 5 s error rate < 1 %', drained, 10).state).toBe('met');
  });

  test('is missed in a shorter run, and inconclusive with too few samples', () => {
    expect(
      judged(
        'worst 10 s error rate < 1 %',
        times(90, () => ({})),
        9,
      ),
    ).toMatchObject({
      state: 'missed',
      note: 'the run is shorter than 10 s',
    });
    expect(
      judged(
        'worst 10 s error rate < 1 %',
        times(20, () => ({}), 3000),
        60,
      ),
    ).toMatchObject({
      state: 'inconclusive',
      note: 'no window of 10 s has enough samples',
    });
  });
});
