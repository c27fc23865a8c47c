import { expect, test } from '@playwright/test';
import { benchmarksOf } from '../../../src/benchmarks/catalogue/index.ts';
import { unmeasured } from '../../../src/benchmarks/unmeasured.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';

const benchmarks = benchmarksOf(referenceContract());
const mistakes = (BENCH_TARGETS?: string) =>
  unmeasured(readSettings({ BENCH_TARGETS }).benchTargets, benchmarks);

test('targets that nothing measures are named, each with what can be written', () => {
  expect(mistakes('meeting.gte p95 < 100 ms; meeting.get p95 < 100 ms; health p95 < 1 ms')).toEqual([
    'BENCH_TARGETS: target "meeting.gte p95 < 100 ms": nothing measures "meeting.gte". Did you mean "meeting.get"?',
    expect.stringMatching(
      /^BENCH_TARGETS: target "health p95 < 1 ms": nothing measures "health"\. Use one of: health\.get, meeting\.create, /,
    ),
  ]);
});

test('each benchmark has one target by default, and none is of anything else', () => {
  expect(mistakes()).toEqual([]);
  const named = readSettings({}).benchTargets.map(({ operation }) => operation);
  expect(named.toSorted()).toEqual(benchmarks.map(({ operation }) => operation).toSorted());
  expect(named).toHaveLength(9);
});
