import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { CoordinatorConnection } from '../../../src/crowd/coordinator/coordinator-connection.ts';
import { Coordinated, die } from './coordinated.ts';
import { shareReport } from './share-reports.ts';

const never = () => new Promise<never>(() => undefined);

test.describe('a run that is stopped', () => {
  test('before the start: who waits at the barrier is told, and nobody is lost', async () => {
    await using crowd = await Coordinated.start([1, 2]);
    const share = await crowd.share(1);
    const start = share.arrive();
    await share.shared('it waits', async () => true);
    crowd.coordinator.stop('interrupted');
    await expect(start).rejects.toThrow('interrupted');
    expect(share.stopSignal.reason).toMatchObject({ message: 'interrupted' });
    await die(share);
    expect(crowd.record()).toMatchObject({ startedAt: null, stopped: 'interrupted', lost: [] });
  });

  test('after the start: its shares end, report, and the crowd is over', async () => {
    await using crowd = await Coordinated.start([1, 2]);
    const [first, second] = [await crowd.share(1), await crowd.share(2)];
    await Promise.all([first.arrive(), second.arrive()]);
    const over = once(crowd.coordinator, 'over');
    const told = once(first.stopSignal, 'abort');
    crowd.coordinator.stop('hopeless');
    crowd.coordinator.stop('interrupted');
    await told;
    first.report(shareReport({ share: 1 }));
    await die(second); // without a last report: it was told to stop
    await over;
    expect(crowd.record()).toMatchObject({ stopped: 'hopeless', lost: [] });
  });

  test('who comes later is told too, and the record of its crowd says so', async () => {
    await using crowd = await Coordinated.start([1]);
    crowd.coordinator.stop('interrupted');
    const share = await crowd.share(1, 'later');
    await expect(share.arrive()).rejects.toThrow('interrupted');
    expect(crowd.record('later')).toMatchObject({ stopped: 'interrupted', startedAt: null });
  });
});

test.describe('when the main process goes away', () => {
  test('its shares are told to stop, and nobody waits for ever', async () => {
    const crowd = await Coordinated.start([1, 2]);
    const [share, collector] = [await crowd.share(1), await crowd.collector()];
    await share.shared('it is known', async () => true);
    const waiting = [share.arrive(), share.shared('m', never)];
    await crowd.coordinator.close();
    for (const promise of waiting) await expect(promise).rejects.toThrow('main process of the run is gone');
    expect(share.stopSignal.aborted).toBe(true);
    await expect(share.shared('later', async () => 1)).rejects.toThrow('main process');
    await crowd.until('the collector noticed', () => collector.stopSignal.aborted);
    await expect(collector.collect()).rejects.toThrow('main process');
    // What is still said goes nowhere, and hurts nobody.
    share.report(shareReport());
    share.announce([]);
    await share.close();
    await collector.close();
  });

  test('and who looks for it in vain is told in one sentence', async () => {
    const crowd = await Coordinated.start([1]);
    const { address } = crowd.coordinator;
    await crowd.coordinator.close();
    await expect(CoordinatorConnection.open(address, { crowd: 'crowd' })).rejects.toThrow(
      'The main process of the run is gone.',
    );
  });
});

test.describe('who does not belong here', () => {
  const hello = { type: 'hello', crowd: 'crowd', share: 1 };
  const strangers: [string, (token: string) => string][] = [
    ['a wrong token', () => JSON.stringify({ ...hello, token: 'guess' })],
    ['no token', () => JSON.stringify(hello)],
    ['a report before the greeting', () => JSON.stringify({ type: 'report', report: shareReport() })],
    ['another protocol', () => 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['half a document', () => '{"type":"hello"'],
    ['a document that is nothing', () => 'null'],
    [
      'the right token, and then nonsense',
      (token) => `${JSON.stringify({ ...hello, crowd: 'side', token })}\n%%%`,
    ],
    [
      'the right token, and a report without content',
      (token) => `${JSON.stringify({ ...hello, crowd: 'side', token })}\n{"type":"report"}`,
    ],
  ];
  for (const [name, text] of strangers) {
    test(`${name}: loses its connection, and the run goes on`, async () => {
      await using crowd = await Coordinated.start([1]);
      const stranger = await crowd.stranger();
      const closed = once(stranger, 'close');
      stranger.write(`${text(crowd.token)}\n`);
      await closed;
      const share = await crowd.share(1);
      await share.arrive();
      expect(crowd.record()).toMatchObject({ lost: [], reports: [] });
    });
  }

  test('somebody who says nothing does not keep the coordinator from closing', async () => {
    const crowd = await Coordinated.start([1]);
    const stranger = await crowd.stranger();
    const closed = once(stranger, 'close');
    await crowd.coordinator.close();
    await closed;
  });
});
