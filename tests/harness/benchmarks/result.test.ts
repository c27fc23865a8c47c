import { expect, test } from '@playwright/test';
import { measureAgainst } from '../../../src/benchmarks/compare.ts';
import type { Measured } from '../../../src/benchmarks/measure.ts';
import { recordOfBenchmarks } from '../../../src/benchmarks/record.ts';
import { type BenchmarkResult, verdictOf } from '../../../src/benchmarks/result.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { type Comparison, type Past, reasonsAgainst } from '../../../src/history/past.ts';
import { reasonText } from '../../../src/history/reason.ts';
import type { Regression } from '../../../src/history/record.ts';
import { runFacts } from '../../../src/history/run-facts.ts';
import { busy, measured, quiet, resultOfBenchmark } from './measured.ts';

const operation = 'meeting.get';
const facts = runFacts(readSettings({}), {
  id: 'r',
  workers: 1,
  shard: { index: 1, of: 1 },
  startsServiceOn: 3002,
});

const result = (one: Measured = measured()) => resultOfBenchmark(operation, one);

test('a benchmark is judged only by the targets of its operation', () => {
  expect(result().targets.map(({ target, state }) => [target, state])).toEqual([
    ['meeting.get p95 < 100 ms', 'met'],
    ['meeting.get error rate < 5 %', 'met'],
  ]);
});

test.describe('The verdict of a benchmark', () => {
  const table: [string, BenchmarkResult, ReturnType<typeof verdictOf>][] = [
    ['all targets met', result(), 'passed'],
    ['a missed target', result(measured({ ms: 200 })), 'failed'],
    ['a missed target on a busy machine', result(measured({ ms: 200, processors: busy })), 'inconclusive'],
    ['a met target on a busy machine', result(measured({ processors: busy })), 'passed'],
    [
      'a missed target whose bracket contains the limit',
      result(measured({ ms: 200, widthMs: 150 })),
      'inconclusive',
    ],
    [
      'a missed target whose bracket lies above the limit',
      result(measured({ ms: 200, widthMs: 50 })),
      'failed',
    ],
    ['errors on a busy machine', result(measured({ failed: 10, processors: busy })), 'failed'],
    ['a rate limit', result(measured({ problem: 'limited' })), 'failed'],
    ['a regression', { ...result(), regressions: [regression('meeting.get p50')] }, 'failed'],
    ['a result that was not compared', { ...result(), notCompared: 'Not compared' }, 'inconclusive'],
    [
      'a missed target of a result that was not compared',
      { ...result(measured({ ms: 200 })), notCompared: 'Not compared' },
      'failed',
    ],
  ];
  for (const [what, judged, verdict] of table) {
    test(`is ${verdict} for ${what}`, () => expect(verdictOf(judged)).toBe(verdict));
  }
});

test.describe('Is the machine overloaded?', () => {
  const table: [string, Measured['processors'], boolean][] = [
    ['a quiet machine', quiet, true],
    ['a machine whose second core other processes use', busy, false],
    ['a machine whose cores the service and the benchmark use', { idle: 0.1, own: 1.8, others: 0.1 }, true],
    ['a machine with busy and idle cores', { idle: 6, own: 1, others: 9 }, true],
    ['a machine with a single core', { idle: 0, own: 0.5, others: 0.5 }, true],
  ];
  for (const [what, processors, had] of table) {
    test(`reports ${what} as ${had ? 'not overloaded' : 'overloaded'}`, () =>
      expect(result(measured({ processors })).overloaded === null).toBe(had));
  }
});

test('a result from a busy machine is not saved to the history', () => {
  const [good, bad] = [result(), { ...result(measured({ processors: busy })), operation: 'health.get' }];
  const { operations, targets } = recordOfBenchmarks([good, bad], { facts });
  expect(Object.keys(operations)).toEqual(['meeting.get']);
  expect(targets).toHaveLength(4);
});

test('one result that was not compared makes the record inconclusive with the reason', () => {
  const busyOne = result(measured({ processors: busy }));
  const { overloaded } = busyOne;
  const notCompared = `Not compared with the baseline of 2026-11-20 (r): ${overloaded}.`;
  const compared = { ...result(), operation: 'health.get' };
  const { verdict, reasons, operations } = recordOfBenchmarks([{ ...busyOne, notCompared }, compared], {
    facts,
  });
  // The reason already names the busy machine, which is not repeated.
  expect({ verdict, reasons }).toEqual({
    verdict: 'inconclusive',
    reasons: [{ kind: 'benchmark problem', scope: 'meeting.get', message: notCompared }],
  });
  expect(Object.keys(operations)).toEqual(['health.get']);
});

function regression(metric: string): Regression {
  return {
    metric,
    against: 'baseline',
    before: 1,
    after: 2,
    unit: 'ms',
    ratio: 2,
    pValue: 0,
    message: `${metric} is slower`,
  };
}

/** A past without the operation, which finds these metrics worse in one measurement after the other. */
function past(...found: string[][]) {
  return pastWith({}, ...found);
}

/** The same, with earlier results of the operation. */
function pastWith(known: Partial<Omit<Comparison, 'compared'>>, ...found: string[][]) {
  let asked = 0;
  return {
    compare: async (): Promise<Comparison> => ({
      regressions: (found[asked++] ?? []).map(regression),
      earlier: [],
      with: 'compared',
      notCompared: null,
      isTooCoarse: false,
      compared: { baseline: [], series: [] },
      ...known,
    }),
  } as unknown as Past;
}

const baseline = { ...recordOfBenchmarks([result()], { facts }), at: '2026-11-20T14:00:00.000Z' };
const OTHERS = 'other processes kept 1.0 of 2 cores busy, and 0.1 were free';

test.describe('A second measurement', () => {
  const measuring = async (against: Past, ...results: BenchmarkResult[]) => {
    let measurements = 0;
    const told = await measureAgainst(against, async () => results[measurements++] ?? result(), facts);
    return { ...told, measurements };
  };

  test('is not made without a slower metric', async () => {
    const told = await measuring(past());
    expect(told).toMatchObject({
      measurements: 1,
      regressions: [],
      unconfirmed: [],
      comparedWith: 'compared',
    });
  });

  test('confirms a regression only for metrics that are slower in both', async () => {
    const told = await measuring(past(['a p50', 'a p95'], ['a p50', 'b p50']));
    expect(told.measurements).toBe(2);
    expect(told.regressions.map(({ metric }) => metric)).toEqual(['a p50']);
    expect(told.unconfirmed.map(({ metric }) => metric)).toEqual(['a p95']);
  });

  test('leaves a metric unconfirmed that is not slower again', async () => {
    const told = await measuring(past(['a p50'], []));
    expect(told).toMatchObject({ regressions: [], unconfirmed: [{ metric: 'a p50' }] });
    expect(verdictOf(told)).toBe('passed');
  });

  const onBusy = () => result(measured({ processors: busy }));

  test('replaces a measurement on a busy machine', async () => {
    const told = await measuring(past([], []), onBusy());
    expect(told).toMatchObject({ measurements: 2, overloaded: null, regressions: [] });
  });

  test('does not confirm a regression on a busy machine, but a third measurement does', async () => {
    const told = await measuring(past(['a p50'], [], ['a p50']), result(), onBusy());
    expect(told).toMatchObject({ measurements: 3, overloaded: null, regressions: [{ metric: 'a p50' }] });
  });

  test('after a busy machine counts as the first, and needs a third to confirm a regression', async () => {
    const told = await measuring(past([], ['a p50'], []), onBusy());
    expect(told).toMatchObject({ measurements: 3, regressions: [], unconfirmed: [{ metric: 'a p50' }] });
  });

  for (const [when, measurements] of [
    ['after the first measurement', [result(), onBusy(), onBusy()]],
    ['before the last measurement', [onBusy(), onBusy(), result()]],
  ] as const) {
    test(`leaves a regression unconfirmed and inconclusive when the machine is busy ${when}`, async () => {
      const found = measurements.map(({ overloaded }) => (overloaded === null ? ['a p50'] : []));
      const told = await measuring(past(...found), ...measurements);
      expect(told).toMatchObject({ measurements: 3, regressions: [], unconfirmed: [{ metric: 'a p50' }] });
      expect(told.notCompared).toBe(
        `a p50 looked slower than before, and could not be measured again: ${OTHERS}. Run it again on a quiet machine.`,
      );
      expect(verdictOf(told)).toBe('inconclusive');
      expect(reasonsAgainst(told).map(reasonText)).toEqual([told.notCompared]);
    });
  }

  test('is followed by at most a third on a machine that stays busy', async () => {
    const told = await measuring(past(), onBusy(), onBusy(), onBusy());
    expect(told.measurements).toBe(3);
    expect(told.overloaded).toContain('other processes');
  });

  test('is not made after a rate limit', async () => {
    const told = await measuring(past(), result(measured({ problem: 'limited', processors: busy })));
    expect(told).toMatchObject({ measurements: 1, problem: 'limited' });
  });
});

test.describe('A benchmark on a machine that stays busy', () => {
  const onBusy = () => result(measured({ processors: busy }));
  const measuring = (known: Partial<Comparison>, ...results: BenchmarkResult[]) => {
    let measurements = 0;
    return measureAgainst(pastWith(known), async () => results[measurements++] ?? onBusy(), facts);
  };
  const series = (runs: number) => Array.from({ length: runs }, () => baseline);

  for (const [what, known, named] of [
    ['a baseline', { baseline }, 'the baseline of 2026-11-20 (r)'],
    ['a series of ten runs', { earlier: series(10) }, 'the 10 runs before'],
  ] as const) {
    test(`is not compared with ${what}, and is inconclusive`, async () => {
      const told = await measuring(known);
      expect(told.notCompared).toBe(
        `Not compared with ${named}: ${OTHERS}. Run it again on a quiet machine.`,
      );
      expect(told.comparedWith).toBe('');
      expect(verdictOf(told)).toBe('inconclusive');
      expect(reasonsAgainst(told).map(reasonText)).toEqual([told.notCompared]);
    });
  }

  test('passes by its targets without earlier runs', async () => {
    const told = await measuring({ with: 'Compared with no baseline' });
    expect(told).toMatchObject({ notCompared: null, comparedWith: 'Compared with no baseline' });
    expect(verdictOf(told)).toBe('passed');
    expect(reasonsAgainst(told)).toEqual([]);
  });

  for (const [what, known] of [
    ['a baseline without its operation', { baseline: { ...baseline, operations: {} } }],
    ['a series of nine runs', { earlier: series(9) }],
    [
      'a series of interrupted runs',
      { earlier: series(10).map((one) => ({ ...one, verdict: 'interrupted' as const })) },
    ],
  ] as const) {
    test(`passes by its targets with ${what}`, async () => {
      expect(verdictOf(await measuring(known))).toBe('passed');
    });
  }

  test('is compared when the machine is quiet at the second measurement', async () => {
    const told = await measuring({ baseline }, onBusy(), result());
    expect(told).toMatchObject({ overloaded: null, notCompared: null, comparedWith: 'compared' });
    expect(verdictOf(told)).toBe('passed');
  });

  test('names an unreadable baseline as the reason, also on a quiet machine', async () => {
    const notCompared = 'Not compared with the baseline: x.json cannot be read.';
    const told = await measuring({ notCompared }, result());
    expect(told).toMatchObject({ notCompared, comparedWith: '' });
    expect(verdictOf(told)).toBe('inconclusive');
    const { reasons } = recordOfBenchmarks([await measuring({ notCompared })], { facts });
    expect(reasons.map(reasonText)).toEqual([`meeting.get: ${OTHERS}`, `meeting.get: ${notCompared}`]);
  });
});
