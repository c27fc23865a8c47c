import { expect, test } from '@playwright/test';
import { generatorOverTime } from '../../../../src/results/summary/generator-series.ts';
import { overTime } from '../../../../src/results/summary/series.ts';
import { MergedTimings } from '../../../../src/timings/merged-timings.ts';
import { sampledSecond, secondAt } from '../../../../src/timings/second.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { FedRun } from '../../live/fed-run.ts';

test.describe('the second of an instant', () => {
  for (const [ms, second] of [
    [-3, 0],
    [0, 0],
    [999.9, 0],
    [1000, 1],
    [2980, 2],
  ] as const)
    test(`${ms} ms lies in second ${second}`, () => expect(secondAt(ms)).toBe(second));
});

test.describe('the second that a sample describes', () => {
  for (const [atMs, second] of [
    [20, 0],
    [1000, 0],
    [1004, 0],
    [2005, 1],
    [2980, 2],
    [3000, 2],
    [3020, 2],
  ] as const)
    test(`a sample at ${atMs} ms describes second ${second}`, () => expect(sampledSecond(atMs)).toBe(second));
});

test('the live view, the charts and the timeline assign 2.98 s to the same second', () => {
  const run = new FedRun({ slices: 1 });
  const [slice] = run.slices;
  for (let second = 0; second < 4; second++) {
    const report = slice!.second([{ count: 1 }]);
    const samples = second === 2 ? [{ atMs: 2980, loopDelayMaxMs: 40, cpu: 0.5, memoryBytes: 1 }] : [];
    run.live.report({ ...report, samples });
  }
  const [crowd] = run.live.crowds;
  const seconds = crowd!.seconds.filter(({ loopDelayMaxMs }) => loopDelayMaxMs !== null);
  expect(seconds).toMatchObject([{ second: 2, loopDelayMaxMs: 40 }]);
  const [generator] = generatorOverTime(
    [{ ...crowd!.reports[0]!, samples: [{ atMs: 2980, loopDelayMaxMs: 40, cpu: 0.5, memoryBytes: 1 }] }],
    { everyS: 1, points: 4 },
  );
  expect(generator!.loopDelayMaxMs).toEqual([null, null, 40, null]);

  const timings = new Timings(0);
  timings.operation('meeting.get').record('ok', 2970, 2980);
  const { timeline } = overTime(new MergedTimings([timings.encode(3500)]));
  expect(timeline.filter(({ total }) => total > 0)).toMatchObject([{ second: 2, total: 1 }]);
});
