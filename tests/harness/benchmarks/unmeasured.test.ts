import { expect, test } from '@playwright/test';
import { benchmarksOf, measurable } from '../../../src/benchmarks/catalogue/index.ts';
import { unmeasured } from '../../../src/benchmarks/unmeasured.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';

const benchmarks = benchmarksOf(referenceContract());
const mistakes = (BENCH_TARGETS?: string) =>
  unmeasured(readSettings({ BENCH_TARGETS }).benchTargets, benchmarks);

test('an error names each target that no benchmark measures, with a hint', () => {
  expect(mistakes('meeting.gte p95 < 100 ms; meeting.get p95 < 100 ms; health p95 < 1 ms')).toEqual([
    'BENCH_TARGETS: target "meeting.gte p95 < 100 ms": no benchmark measures "meeting.gte". Did you mean "meeting.get"?',
    expect.stringMatching(
      /^BENCH_TARGETS: target "health p95 < 1 ms": no benchmark measures "health"\. Use one of: health\.get, meeting\.create, /,
    ),
  ]);
});

test('each benchmark of a standard operation has one default target, and no target is of anything else', () => {
  expect(mistakes()).toEqual([]);
  const named = readSettings({}).benchTargets.map(({ operation }) => operation);
  expect(named.toSorted()).toEqual([...measurable].toSorted());
  expect(named).toHaveLength(9);
});
