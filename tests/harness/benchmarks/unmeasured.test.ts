import { expect, test } from '@playwright/test';
import { benchmarksOf, measurable, unmeasured } from '../../../src/benchmarks/catalogue/index.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';

const benchmarks = benchmarksOf(referenceContract());
const mistakes = (BENCH_TARGETS?: string) =>
  unmeasured(readSettings({ BENCH_TARGETS }).benchTargets, benchmarks);

test('an error with a hint names each target that no benchmark measures', () => {
  expect(mistakes('meeting.gte p95 < 100 ms; meeting.get p95 < 100 ms; health p95 < 1 ms')).toEqual([
    'BENCH_TARGETS: target "meeting.gte p95 < 100 ms": no benchmark measures "meeting.gte". Did you mean "meeting.get"?',
    expect.stringMatching(
      /^BENCH_TARGETS: target "health p95 < 1 ms": no benchmark measures "health"\. Use one of: health\.get, meeting\.create, /,
    ),
  ]);
});

test('each benchmark of a standard operation has exactly one default target', () => {
  expect(mistakes()).toEqual([]);
  const named = readSettings({}).benchTargets.map(({ operation }) => operation);
  expect(named.toSorted()).toEqual([...measurable].toSorted());
  expect(named).toHaveLength(9);
});
