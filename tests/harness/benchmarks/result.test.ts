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

test('a benchmark is judged by the targets of its own operation', () => {
  expect(result().targets.map(({ target, state }) => [target, state])).toEqual([
    ['meeting.get p95 < 100 ms', 'met'],
    ['meeting.get error rate < 5 %', 'met'],
  ]);
});

test.describe('the verdict', () => {
  const table: [string, BenchmarkResult, ReturnType<typeof verdictOf>][] = [
    ['all targets met', result(), 'passed'],
    ['too slow', result(measured({ ms: 200 })), 'failed'],
    ['too slow on a busy machine', result(measured({ ms: 200, processors: busy })), 'inconclusive'],
    ['quick enough even on a busy machine', result(measured({ processors: busy })), 'passed'],
    ['too slow, by a harness that was late', result(measured({ ms: 200, widthMs: 150 })), 'inconclusive'],
    ['too slow even at the earliest', result(measured({ ms: 200, widthMs: 50 })), 'failed'],
    ['errors on a busy machine', result(measured({ failed: 10, processors: busy })), 'failed'],
    ['limited', result(measured({ problem: 'limited' })), 'failed'],
    ['slower than before', { ...result(), regressions: [regression('meeting.get p50')] }, 'failed'],
    ['not compared with its past', { ...result(), notCompared: 'Not compared' }, 'inconclusive'],
    [
      'too slow, and not compared with its past',
      { ...result(measured({ ms: 200 })), notCompared: 'Not compared' },
      'failed',
    ],
  ];
  for (const [what, judged, verdict] of table) {
    test(`${what}: ${verdict}`, () => expect(verdictOf(judged)).toBe(verdict));
  }
});

test.describe('whether the machine had time', () => {
  const table: [string, Measured['processors'], boolean][] = [
    ['quiet', quiet, true],
    ['both cores in use, one by others', busy, false],
    ['both cores in use by the service and its callers', { idle: 0.1, own: 1.8, others: 0.1 }, true],
    ['much going on, and cores to spare', { idle: 6, own: 1, others: 9 }, true],
    ['a single core', { idle: 0, own: 0.5, others: 0.5 }, true],
  ];
  for (const [what, processors, had] of table) {
    test(what, () => expect(result(measured({ processors })).overloaded === null).toBe(had));
  }
});

test('what a busy machine made slow is not remembered', () => {
  const [good, bad] = [result(), { ...result(measured({ processors: busy })), operation: 'health.get' }];
  const { operations, targets } = recordOfBenchmarks([good, bad], { facts });
  expect(Object.keys(operations)).toEqual(['meeting.get']);
  expect(targets).toHaveLength(4);
});

test('one that was not compared makes the whole inconclusive, with the reason', () => {
  const busyOne = result(measured({ processors: busy }));
  const { overloaded } = busyOne;
  const notCompared = `Not compared with the baseline of 2026-11-20 (r): ${overloaded}.`;
  const compared = { ...result(), operation: 'health.get' };
  const { verdict, reasons, operations } = recordOfBenchmarks([{ ...busyOne, notCompared }, compared], {
    facts,
  });
  // The busy machine is the reason, and is not repeated beside it.
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

/** Finds, in each measurement in turn, those metrics worse; there is nothing that holds the operation. */
function past(...found: string[][]) {
  return pastWith({}, ...found);
}

/** The same, with something that the operation can be compared with. */
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

test.describe('a second measurement', () => {
  const measuring = async (against: Past, ...results: BenchmarkResult[]) => {
    let measurements = 0;
    const told = await measureAgainst(against, async () => results[measurements++] ?? result(), facts);
    return { ...told, measurements };
  };

  test('is not made when nothing is slower', async () => {
    const told = await measuring(past());
    expect(told).toMatchObject({
      measurements: 1,
      regressions: [],
      unconfirmed: [],
      comparedWith: 'compared',
    });
  });

  test('confirms what the first one found', async () => {
    const told = await measuring(past(['a p50', 'a p95'], ['a p50', 'b p50']));
    expect(told.measurements).toBe(2);
    expect(told.regressions.map(({ metric }) => metric)).toEqual(['a p50']);
    expect(told.unconfirmed.map(({ metric }) => metric)).toEqual(['a p95']);
  });

  test('does not find it again: then it is told, and is no regression', async () => {
    const told = await measuring(past(['a p50'], []));
    expect(told).toMatchObject({ regressions: [], unconfirmed: [{ metric: 'a p50' }] });
    expect(verdictOf(told)).toBe('passed');
  });

  const onBusy = () => result(measured({ processors: busy }));

  test('takes the place of one on a busy machine', async () => {
    const told = await measuring(past([], []), onBusy());
    expect(told).toMatchObject({ measurements: 2, overloaded: null, regressions: [] });
  });

  test('on a busy machine confirms nothing, a third one does', async () => {
    const told = await measuring(past(['a p50'], [], ['a p50']), result(), onBusy());
    expect(told).toMatchObject({ measurements: 3, overloaded: null, regressions: [{ metric: 'a p50' }] });
  });

  test('after one on a busy machine is the first one, and needs a third to confirm it', async () => {
    const told = await measuring(past([], ['a p50'], []), onBusy());
    expect(told).toMatchObject({ measurements: 3, regressions: [], unconfirmed: [{ metric: 'a p50' }] });
  });

  for (const [when, measurements] of [
    ['comes', [result(), onBusy(), onBusy()]],
    ['is left', [onBusy(), onBusy(), result()]],
  ] as const) {
    test(`that never ${when} because the machine stays busy leaves it unconfirmed, and inconclusive`, async () => {
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

  test('and a third on a machine that stays busy are all that is tried', async () => {
    const told = await measuring(past(), onBusy(), onBusy(), onBusy());
    expect(told.measurements).toBe(3);
    expect(told.overloaded).toContain('other processes');
  });

  test('is not made after a rate limit', async () => {
    const told = await measuring(past(), result(measured({ problem: 'limited', processors: busy })));
    expect(told).toMatchObject({ measurements: 1, problem: 'limited' });
  });
});

test.describe('on a machine that stays busy', () => {
  const onBusy = () => result(measured({ processors: busy }));
  const measuring = (known: Partial<Comparison>, ...results: BenchmarkResult[]) => {
    let measurements = 0;
    return measureAgainst(pastWith(known), async () => results[measurements++] ?? onBusy(), facts);
  };
  const series = (runs: number) => Array.from({ length: runs }, () => baseline);

  for (const [what, known, named] of [
    ['a baseline', { baseline }, 'the baseline of 2026-11-20 (r)'],
    ['a series that is long enough', { earlier: series(10) }, 'the 10 runs before'],
  ] as const) {
    test(`it is not compared with ${what}, and inconclusive`, async () => {
      const told = await measuring(known);
      expect(told.notCompared).toBe(
        `Not compared with ${named}: ${OTHERS}. Run it again on a quiet machine.`,
      );
      expect(told.comparedWith).toBe('');
      expect(verdictOf(told)).toBe('inconclusive');
      expect(reasonsAgainst(told).map(reasonText)).toEqual([told.notCompared]);
    });
  }

  test('without a past there is nothing to compare: targets that are met suffice', async () => {
    const told = await measuring({ with: 'Compared with no baseline' });
    expect(told).toMatchObject({ notCompared: null, comparedWith: 'Compared with no baseline' });
    expect(verdictOf(told)).toBe('passed');
    expect(reasonsAgainst(told)).toEqual([]);
  });

  for (const [what, known] of [
    ['a baseline without this operation', { baseline: { ...baseline, operations: {} } }],
    ['a series in which nothing could be found', { earlier: series(9) }],
    [
      'a series of runs that prove nothing',
      { earlier: series(10).map((one) => ({ ...one, verdict: 'interrupted' as const })) },
    ],
  ] as const) {
    test(`${what} is no past`, async () => {
      expect(verdictOf(await measuring(known))).toBe('passed');
    });
  }

  test('busy first and quiet then is compared', async () => {
    const told = await measuring({ baseline }, onBusy(), result());
    expect(told).toMatchObject({ overloaded: null, notCompared: null, comparedWith: 'compared' });
    expect(verdictOf(told)).toBe('passed');
  });

  test('a baseline that cannot be read is the reason, on a quiet machine too', async () => {
    const notCompared = 'Not compared with the baseline: x.json cannot be read.';
    const told = await measuring({ notCompared }, result());
    expect(told).toMatchObject({ notCompared, comparedWith: '' });
    expect(verdictOf(told)).toBe('inconclusive');
    const { reasons } = recordOfBenchmarks([await measuring({ notCompared })], { facts });
    expect(reasons.map(reasonText)).toEqual([`meeting.get: ${OTHERS}`, `meeting.get: ${notCompared}`]);
  });
});
