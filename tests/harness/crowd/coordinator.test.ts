import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { RELEASE_LEAD_MS } from '../../../src/crowd/coordinator/coordinator.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { Coordinated, die } from './coordinated.ts';
import { sliceReport } from './slice-reports.ts';

test.describe('barrier at the start of a crowd', () => {
  test('opens for all slices at the same future instant', async () => {
    await using crowd = await Coordinated.start([1, 2, 3]);
    const slices = await Promise.all([1, 2, 3].map((slice) => crowd.slice(slice)));
    const calledAt = systemClock.now();
    const starts = await Promise.all(slices.map((slice) => slice.arrive()));
    expect(new Set(starts.map(({ at }) => at)).size).toBe(1);
    expect(starts[0]!.at).toBeGreaterThan(calledAt);
    expect(starts.map(({ missing }) => missing)).toEqual([[], [], []]);
    expect(crowd.record()).toMatchObject({ expected: [1, 2, 3], lost: [], stopped: null });
    expect(crowd.record().startedAt).not.toBeNull();
  });

  test('opens at the planned start time of the wall clock, and not earlier', async () => {
    const notBefore = new Date(Date.now() + 1500);
    await using crowd = await Coordinated.start([1, 2], { notBefore });
    const slices = await Promise.all([1, 2].map((slice) => crowd.slice(slice)));
    const told = Promise.all(slices.map((slice) => slice.arrive()));
    await once(crowd.coordinator, 'started');
    const announcedAt = Date.now();
    const [start] = await told;
    // The clocks are read one after the other, so the later reading plus 1 ms of rounding is an upper bound.
    const startsIn = start!.at - systemClock.now();
    const startsAt = Date.now() + startsIn + 1;
    const startedAt = Date.parse(crowd.record().startedAt!);
    expect(startsAt).toBeGreaterThanOrEqual(notBefore.getTime());
    expect(startedAt).toBeGreaterThanOrEqual(notBefore.getTime());
    // The start is not later either, unless the slices arrived after the planned time.
    expect(startedAt).toBeLessThanOrEqual(Math.max(notBefore.getTime(), announcedAt + RELEASE_LEAD_MS));
    expect(startedAt).toBeLessThanOrEqual(startsAt);
  });

  test('opens at once when the planned start time has passed', async () => {
    const began = Date.now();
    await using crowd = await Coordinated.start([1], { notBefore: new Date(began - 60_000) });
    const slice = await crowd.slice(1);
    await slice.arrive();
    expect(Date.parse(crowd.record().startedAt!)).toBeGreaterThanOrEqual(began);
  });

  test('rejects the waiting slices when the run is stopped before the planned start time', async () => {
    await using crowd = await Coordinated.start([1], { notBefore: new Date(Date.now() + 3_600_000) });
    const slice = await crowd.slice(1);
    const start = slice.arrive();
    crowd.coordinator.stop('interrupted');
    await expect(start).rejects.toThrow();
    expect(crowd.record().startedAt).toBeNull();
  });

  test('does not open while the crowd of another load test is running', async () => {
    await using crowd = await Coordinated.start([1], { barrierTimeoutMs: 50 });
    const first = await crowd.slice(1, 'first');
    await first.arrive();
    const second = await crowd.slice(1, 'second');
    const events: string[] = [];
    crowd.coordinator.on('started', (name) => events.push(`${name} started`));
    crowd.coordinator.on('over', (name) => events.push(`${name} is over`));
    const start = second.arrive();
    await crowd.until('the second one waits', () => crowd.coordinator.crowds.length === 2);
    expect(crowd.record('second').startedAt).toBeNull();
    first.report(sliceReport({ crowd: 'first', finished: true }));
    await start;
    expect(events).toEqual(['first is over', 'second started']);
    expect(crowd.record('first').lost).toEqual([]);
  });

  test('does not open before the last slice arrives', async () => {
    await using crowd = await Coordinated.start([1, 2]);
    const [first, second] = [await crowd.slice(1), await crowd.slice(2)];
    let opened = false;
    const start = first.arrive().then(() => {
      opened = true;
    });
    // The answer to a later request has arrived, so the barrier would have opened by now.
    await second.shared('anything', async () => 1);
    expect(opened).toBe(false);
    await second.arrive();
    await start;
  });

  test('opens without a slice that never connects, and lists it as missing', async () => {
    await using crowd = await Coordinated.start([1, 2, 3], { barrierTimeoutMs: 50 });
    const slices = [await crowd.slice(1), await crowd.slice(3)];
    const starts = await Promise.all(slices.map((slice) => slice.arrive()));
    expect(starts.map(({ missing }) => missing)).toEqual([[2], [2]]);
    expect(crowd.record().lost).toEqual([2]);
  });

  test('rejects a slice that connects after the start, and keeps it listed as lost', async () => {
    await using crowd = await Coordinated.start([1, 2], { barrierTimeoutMs: 20 });
    await (await crowd.slice(1)).arrive();
    const late = await crowd.slice(2);
    await expect(late.arrive()).rejects.toThrow('arrived too late');
    await die(late);
    await crowd.until('slice 2 is lost', () => crowd.record().lost.includes(2));
  });

  test('does not wait for a slice that died before it arrived', async () => {
    await using crowd = await Coordinated.start([1, 2]); // a timeout that no test waits for
    const [first, second] = [await crowd.slice(1), await crowd.slice(2)];
    const start = first.arrive();
    await die(second);
    expect((await start).missing).toEqual([2]);
    expect(crowd.record().lost).toEqual([2]);
  });

  test('does not wait for a slice that died while it waited', async () => {
    await using crowd = await Coordinated.start([1, 2, 3]);
    const [first, second, third] = [await crowd.slice(1), await crowd.slice(2), await crowd.slice(3)];
    const starts = [first.arrive(), third.arrive()];
    await die(third);
    starts[1]!.catch(() => undefined);
    await crowd.until('slice 3 is lost', () => crowd.record().lost.includes(3));
    const [one, two] = await Promise.all([starts[0], second.arrive()]);
    expect([one!.missing, two.missing]).toEqual([[3], [3]]);
  });

  test('stays closed when all slices of the crowd have died', async () => {
    await using crowd = await Coordinated.start([1], { barrierTimeoutMs: 1 });
    const slice = await crowd.slice(1);
    await die(slice);
    await crowd.until('slice 1 is lost', () => crowd.record().lost.includes(1));
    const { startedAt, reports } = await (await crowd.collector()).collect();
    expect([startedAt, reports]).toEqual([null, []]);
  });
});
