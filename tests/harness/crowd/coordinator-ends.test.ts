import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { CoordinatorConnection } from '../../../src/crowd/coordinator/coordinator-connection.ts';
import { Coordinated, die } from './coordinated.ts';
import { sliceReport } from './slice-reports.ts';

const never = () => new Promise<never>(() => undefined);

test.describe('coordinator of a stopped run', () => {
  test('rejects the slices that wait at the barrier and lists none as lost', async () => {
    await using crowd = await Coordinated.start([1, 2]);
    const slice = await crowd.slice(1);
    const start = slice.arrive();
    await slice.shared('it waits', async () => true);
    crowd.coordinator.stop('interrupted');
    await expect(start).rejects.toThrow('interrupted');
    expect(slice.stopSignal.reason).toMatchObject({ message: 'interrupted' });
    await die(slice);
    expect(crowd.record()).toMatchObject({ startedAt: null, stopped: { reason: 'interrupted' }, lost: [] });
  });

  test('ends the crowd when its slices have reported or died, and lists none as lost', async () => {
    await using crowd = await Coordinated.start([1, 2]);
    const [first, second] = [await crowd.slice(1), await crowd.slice(2)];
    await Promise.all([first.arrive(), second.arrive()]);
    const over = once(crowd.coordinator, 'over');
    const told = once(first.stopSignal, 'abort');
    crowd.coordinator.stop('hopeless');
    crowd.coordinator.stop('interrupted');
    await told;
    first.report(sliceReport({ slice: 1 }));
    await die(second); // without a last report, after the stop
    await over;
    expect(crowd.record()).toMatchObject({
      stopped: { reason: 'hopeless', isInterrupted: false },
      lost: [],
    });
  });

  test('knows why it was stopped when it says so', async () => {
    await using crowd = await Coordinated.start([1]);
    const known: unknown[] = [];
    crowd.coordinator.on('stopped', () => known.push(crowd.coordinator.stopped));
    crowd.coordinator.stop('interrupted', { isInterrupted: true });
    crowd.coordinator.stop('hopeless');
    expect(known).toEqual([{ reason: 'interrupted', isInterrupted: true }]);
  });

  test('rejects a slice that connects after the stop and records the reason in its crowd', async () => {
    await using crowd = await Coordinated.start([1]);
    crowd.coordinator.stop('interrupted', { isInterrupted: true });
    const slice = await crowd.slice(1, 'later');
    await expect(slice.arrive()).rejects.toThrow('interrupted');
    expect(crowd.record('later')).toMatchObject({
      stopped: { reason: 'interrupted', isInterrupted: true },
      startedAt: null,
    });
  });
});

test.describe('slices without a main process', () => {
  test('reject all pending and later requests when the coordinator closes', async () => {
    const crowd = await Coordinated.start([1, 2]);
    const [slice, collector] = [await crowd.slice(1), await crowd.collector()];
    await slice.shared('it is known', async () => true);
    const waiting = [slice.arrive(), slice.shared('m', never)];
    await crowd.coordinator.close();
    for (const promise of waiting) await expect(promise).rejects.toThrow('main process of the run is gone');
    expect(slice.stopSignal.aborted).toBe(true);
    await expect(slice.shared('later', async () => 1)).rejects.toThrow('main process');
    await crowd.until('the collector noticed', () => collector.stopSignal.aborted);
    await expect(collector.collect()).rejects.toThrow('main process');
    // Later messages are ignored and throw no error.
    slice.report(sliceReport());
    slice.announce([]);
    await slice.close();
    await collector.close();
  });

  test('report that the main process is gone when they cannot connect', async () => {
    const crowd = await Coordinated.start([1]);
    const { address } = crowd.coordinator;
    await crowd.coordinator.close();
    await expect(CoordinatorConnection.open(address, { crowd: 'crowd' })).rejects.toThrow(
      'The main process of the run is gone.',
    );
  });
});

test.describe('connections of unknown processes', () => {
  const hello = { type: 'hello', crowd: 'crowd', slice: 1 };
  const strangers: [string, (token: string) => string][] = [
    ['a wrong token', () => JSON.stringify({ ...hello, token: 'guess' })],
    ['no token', () => JSON.stringify(hello)],
    ['a report before the greeting', () => JSON.stringify({ type: 'report', report: sliceReport() })],
    ['another protocol', () => 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['incomplete JSON', () => '{"type":"hello"'],
    ['null', () => 'null'],
    [
      'invalid JSON after the right token',
      (token) => `${JSON.stringify({ ...hello, crowd: 'side', token })}\n%%%`,
    ],
    [
      'an empty report after the right token',
      (token) => `${JSON.stringify({ ...hello, crowd: 'side', token })}\n{"type":"report"}`,
    ],
  ];
  for (const [name, text] of strangers) {
    test(`a connection that sends ${name} is closed, and the run continues`, async () => {
      await using crowd = await Coordinated.start([1]);
      const stranger = await crowd.stranger();
      const closed = once(stranger, 'close');
      stranger.write(`${text(crowd.token)}\n`);
      await closed;
      const slice = await crowd.slice(1);
      await slice.arrive();
      expect(crowd.record()).toMatchObject({ lost: [], reports: [] });
    });
  }

  test('a silent connection does not prevent the coordinator from closing', async () => {
    const crowd = await Coordinated.start([1]);
    const stranger = await crowd.stranger();
    const closed = once(stranger, 'close');
    await crowd.coordinator.close();
    await closed;
  });
});
