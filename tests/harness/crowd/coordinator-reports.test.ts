import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { Coordinated, die } from './coordinated.ts';
import { sliceReport } from './slice-reports.ts';

const window = (index: number, users = 1) => ({ index, users, operations: {} });
const report = (slice: number, sequence: number, finished: boolean, indexes: readonly number[] = []) =>
  sliceReport({
    slice,
    sequence,
    finished,
    timings: { operations: {}, windows: indexes.map((index) => window(index)) },
  });

test.describe('coordinator that receives reports of slices', () => {
  test('keeps all windows and ignores reports that arrive late or twice', async () => {
    await using crowd = await Coordinated.start([1]);
    const slice = await crowd.slice(1);
    await slice.arrive();
    const emitted: number[] = [];
    crowd.coordinator.on('report', ({ sequence }) => emitted.push(sequence));
    const sample = (atMs: number) => ({ atMs, loopDelayMaxMs: 1, cpu: 0.1, memoryBytes: 1 });
    slice.report({ ...report(1, 1, false, [0]), samples: [sample(1000)] });
    slice.report({ ...report(1, 3, false, [2]), samples: [sample(3000)] });
    slice.report({ ...report(1, 2, false, [1]), samples: [sample(2000)] });
    slice.report({ ...report(1, 3, false, [2]), samples: [sample(3000)] });
    slice.report(report(1, 4, true, [3]));
    await crowd.until('the last report is here', () => crowd.record().reports[0]?.finished === true);
    const { reports, lost } = crowd.record();
    expect(lost).toEqual([]);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ sequence: 4, finished: true });
    expect(reports[0]!.timings.windows.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(reports[0]!.samples.map(({ atMs }) => atMs)).toEqual([1000, 2000, 3000]);
    expect(emitted).toEqual([1, 3, 4]);
  });

  test('lists a slice that died as lost and keeps its last report', async () => {
    await using crowd = await Coordinated.start([1, 2]);
    const [first, second] = [await crowd.slice(1), await crowd.slice(2)];
    await Promise.all([first.arrive(), second.arrive()]);
    const over = once(crowd.coordinator, 'over');
    second.report(report(2, 1, false, [0, 1]));
    await die(second);
    first.report(report(1, 1, true));
    expect(await over).toEqual(['crowd']);
    const { lost, reports } = await (await crowd.collector()).collect();
    expect(lost).toEqual([2]);
    expect(reports.map(({ slice, finished }) => [slice, finished]).sort()).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(reports.find(({ slice }) => slice === 2)!.timings.windows).toHaveLength(2);
  });

  test('does not list a slice that ended after its last report as lost', async () => {
    await using crowd = await Coordinated.start([1]);
    const slice = await crowd.slice(1);
    await slice.arrive();
    const over = once(crowd.coordinator, 'over');
    slice.report(report(1, 1, true));
    await die(slice);
    await over;
    expect(crowd.record().lost).toEqual([]);
  });

  test('sends the causes of room events to the other slices of the same crowd only', async () => {
    await using crowd = await Coordinated.start([1, 2]);
    const [first, second, other] = [
      await crowd.slice(1),
      await crowd.slice(2),
      await crowd.slice(1, 'other crowd'),
    ];
    const wrong: unknown[] = [];
    first.on('causes', (causes) => wrong.push(causes));
    other.on('causes', (causes) => wrong.push(causes));
    const causes = [{ event: 'hand-raised', meetingId: 'm', userId: 'u', key: 'u', startedAt: 1.5 }];
    // The second slice must be connected before the first slice announces.
    await second.shared('ready', async () => true);
    const heard = once(second, 'causes');
    first.announce(causes);
    expect(await heard).toEqual([causes]);
    await first.shared('asked later', async () => true);
    await other.shared('asked later', async () => true);
    expect(wrong).toEqual([]);
  });
});

test.describe('coordinator that reads the metrics of the service', () => {
  const routes = referenceContract().metrics;

  test('reads the metrics before the start and after the end', async () => {
    let reads = 0;
    await using crowd = await Coordinated.start([1], { scrapeMetrics: async () => `reading ${++reads}` });
    const slice = await crowd.slice(1);
    await slice.arrive();
    expect(crowd.record().metrics).toEqual({ before: 'reading 1', after: null, samples: [], routes });
    slice.report(report(1, 1, true));
    const collector = await crowd.collector();
    await crowd.until('the second reading is there', () => crowd.record().metrics.after !== null);
    expect((await collector.collect()).metrics).toMatchObject({ before: 'reading 1', after: 'reading 2' });
  });

  test('returns the collected record only after the second reading of the metrics', async () => {
    let finish: (text: string) => void = () => undefined;
    const second = new Promise<string>((resolve) => {
      finish = resolve;
    });
    let reads = 0;
    await using crowd = await Coordinated.start([1], {
      scrapeMetrics: () => (++reads === 1 ? Promise.resolve('before') : second),
    });
    const slice = await crowd.slice(1);
    await slice.arrive();
    slice.report(report(1, 1, true));
    await crowd.until('the second reading has begun', () => reads === 2);
    const collected = (await crowd.collector()).collect();
    finish('after');
    expect((await collected).metrics).toMatchObject({ before: 'before', after: 'after' });
  });

  test('starts the crowd when the metrics cannot be read', async () => {
    await using crowd = await Coordinated.start([1], {
      scrapeMetrics: () => Promise.reject(new Error('no metrics today')),
    });
    await (await crowd.slice(1)).arrive();
    expect(crowd.record().metrics).toEqual({ before: null, after: null, samples: [], routes });
  });

  test('reads the metrics periodically from the start to the end of the crowd', async () => {
    let reads = 0;
    await using crowd = await Coordinated.start([1], {
      scrapeMetrics: async () => `socketio_connections ${++reads}`,
      scrapeEveryMs: 5,
    });
    const slice = await crowd.slice(1);
    await slice.arrive();
    await crowd.until('three readings are there', () => crowd.record().metrics.samples.length >= 3);
    slice.report(report(1, 1, true));
    await crowd.until('the last reading is there', () => crowd.record().metrics.after !== null);
    const { samples, after } = crowd.record().metrics;
    expect(samples.map(({ connections }) => connections)).toEqual(samples.map((_, index) => index + 1));
    expect(after).toBe(`socketio_connections ${samples.length}`);
    const times = samples.map(({ atMs }) => atMs);
    expect(times[0]).toBe(0);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    const done = reads;
    // After this answer, any remaining reading would have happened.
    await (await crowd.collector()).collect();
    expect(reads).toBe(done);
  });
});
