import { expect, test } from '@playwright/test';
import { benchmarksOf } from '../../../src/benchmarks/catalogue/index.ts';
import { refuseUnmeasured } from '../../../src/benchmarks/refuse-unmeasured.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { UserError } from '../../../src/kernel/errors.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';

const benchmarks = benchmarksOf(referenceContract());
const refuse = (BENCH_TARGETS?: string) => () =>
  refuseUnmeasured(readSettings({ BENCH_TARGETS }).benchTargets, benchmarks);

test('targets that nothing measures are refused, each with what can be written', () => {
  const refused = refuse('meeting.gte p95 < 100 ms; meeting.get p95 < 100 ms; health p95 < 1 ms');
  expect(refused).toThrow(UserError);
  expect(refused).toThrow(
    /^BENCH_TARGETS: target "meeting\.gte p95 < 100 ms": nothing measures "meeting\.gte"\. Use one of: health\.get, meeting\.create, .*\n.*nothing measures "health"\. Use one of: /,
  );
});

test('each benchmark has one target by default, and none is of anything else', () => {
  expect(refuse()).not.toThrow();
  const named = readSettings({}).benchTargets.map(({ operation }) => operation);
  expect(named.toSorted()).toEqual(benchmarks.map(({ operation }) => operation).toSorted());
  expect(named).toHaveLength(9);
});
