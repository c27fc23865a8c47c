import { expect, test } from '@playwright/test';
import { addsText, generatorAdds, withoutCanaryText } from '../../../src/crowd/generator-adds.ts';
import { latencies } from './slice-reports.ts';

const hundred = (ms: number, last = ms) => latencies([...Array.from({ length: 98 }, () => ms), last, last]);
const bracket = (earliest: number, latest: number, last = latest) => ({
  earliest: hundred(earliest),
  latest: hundred(latest, last),
});
const NONE = { earliest: latencies([]), latest: latencies([]) };
const canary = (ms: number, last?: number) => ({
  canary: { added: hundred(ms, last).encode(), failed: 0, without: null },
});

test('the added latency is the larger of canary and bracket at each percentile', () => {
  const adds = generatorAdds([canary(3, 4)], bracket(20, 22, 60));
  expect(adds.p50Ms).toBeCloseTo(3, 1);
  expect(adds.p95Ms).toBeCloseTo(3, 1);
  expect(adds.p99Ms).toBeCloseTo(40, 1);
  expect(adds).toMatchObject({ canaryCalls: 100, withoutCanary: null });
});

test('the added latency combines the canary calls of all slices', () => {
  const adds = generatorAdds([canary(1), canary(9), canary(9)], NONE);
  expect(adds.p50Ms).toBeCloseTo(9, 1);
  expect(adds.canaryCalls).toBe(300);
});

test('the added latency of few calls is the longest call', () => {
  const few = { canary: { added: latencies([1, 1, 7]).encode(), failed: 0, without: null } };
  expect(generatorAdds([few], NONE)).toMatchObject({ p50Ms: 1, p95Ms: 7, p99Ms: 7 });
});

test.describe('text of the added latency', () => {
  test('rounds the percentiles up', () => {
    const adds = generatorAdds([canary(0.31, 12.01)], bracket(20, 22.54, 240));
    expect(addsText(adds)).toBe('adds at most 2.6 / 2.6 / 220 ms (P50/P95/P99)');
    expect(withoutCanaryText(adds)).toBeUndefined();
  });

  test('states that only brackets were measured when the echo failed', () => {
    const adds = generatorAdds([{ canary: { failed: 0, without: 'spawn ENOENT' } }], bracket(20, 21));
    expect(addsText(adds)).toMatch(/^adds at most 1\.\d \/ /);
    expect(withoutCanaryText(adds)).toBe(
      'known from the brackets of the calls alone: the echo of the canary failed (spawn ENOENT)',
    );
  });

  test('states that nothing was measured when there is no data', () => {
    for (const adds of [null, generatorAdds([{}], NONE)])
      expect(addsText(adds)).toBe('adds an unknown latency (nothing was measured)');
  });
});
