import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { CoordinatorConnection } from '../../../src/crowd/coordinator/coordinator-connection.ts';
import { Coordinated, die } from './coordinated.ts';
import { shareReport } from './share-reports.ts';

const never = () => new Promise<never>(() => undefined);

test.describe('a value that one share makes for all', () => {
  test('is made once, and everybody gets it, later ones too', async () => {
    await using crowd = await Coordinated.start([1, 2, 3]);
    let made = 0;
    const make = async () => ({ ids: [`meeting ${++made}`] });
    const values = await Promise.all(
      [1, 2].map(async (share) => (await crowd.share(share)).shared('m', make)),
    );
    values.push(await (await crowd.share(3)).shared('m', make));
    expect(values).toEqual(new Array(3).fill({ ids: ['meeting 1'] }));
    expect(crowd.coordinator.shared('crowd', 'm')).toEqual({ ids: ['meeting 1'] });
    expect(crowd.coordinator.shared('crowd', 'other')).toBeUndefined();
  });

  test('is made by the next one when its maker dies', async () => {
    await using crowd = await Coordinated.start([1, 2, 3]);
    const [first, second, third] = [await crowd.share(1), await crowd.share(2), await crowd.share(3)];
    let asked = false;
    void first.shared('m', () => {
      asked = true;
      return never();
    });
    await crowd.until('the first one makes it', () => asked);
    const values = [second.shared('m', async () => 'by 2'), third.shared('m', async () => 'by 3')];
    await die(first);
    expect(new Set(await Promise.all(values)).size).toBe(1);
  });

  test('is not left to one that died while it waited', async () => {
    await using crowd = await Coordinated.start([1, 2, 3]);
    const [first, second, third] = [await crowd.share(1), await crowd.share(2), await crowd.share(3)];
    let asked = false;
    void first.shared('m', () => {
      asked = true;
      return never();
    });
    await crowd.until('the first one makes it', () => asked);
    void second.shared('m', never).catch(() => undefined);
    await second.shared('its request is known', async () => true);
    const value = third.shared('m', async () => 'by 3');
    await third.shared('this one too', async () => true);
    await die(second);
    await crowd.until('the second one is gone', () => crowd.record().lost.includes(2));
    await die(first);
    expect(await value).toBe('by 3');
  });

  test('that cannot be made fails for all who wait for it, and is made anew for who asks later', async () => {
    await using crowd = await Coordinated.start([1, 2]);
    const [first, second] = [await crowd.share(1), await crowd.share(2)];
    let fail: () => void = () => undefined;
    const failing = first.shared(
      'm',
      () => new Promise((_, reject) => (fail = () => reject(new Error('no room')))),
    );
    const waiting = second.shared('m', async () => 'never asked');
    await second.shared('its request is known', async () => true);
    fail();
    for (const value of [failing, waiting]) await expect(value).rejects.toThrow('no room');
    expect(await second.shared('m', async () => 'anew')).toBe('anew');
  });

  test('belongs to one crowd', async () => {
    await using crowd = await Coordinated.start([1]);
    const one = await (await crowd.share(1, 'one')).shared('m', async () => 1);
    const other = await (await crowd.share(1, 'other')).shared('m', async () => 2);
    expect([one, other]).toEqual([1, 2]);
  });
});

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
