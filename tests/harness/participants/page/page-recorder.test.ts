import { expect, test } from '@playwright/test';
import { referenceContract } from '../../../../src/meetings/contract/load.ts';
import { EventDeliveries } from '../../../../src/participants/event-deliveries.ts';
import type { PageMark } from '../../../../src/participants/page/observed.ts';
import { PageClock } from '../../../../src/participants/page/page-clock.ts';
import { PageRecorder } from '../../../../src/participants/page/page-recorder.ts';
import { Readings } from '../../../../src/participants/page/readings.ts';
import { marks } from '../../../../src/participants/room-page.ts';
import { MergedTimings } from '../../../../src/timings/merged-timings.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { VirtualClock } from '../../kernel/virtual-clock.ts';

const TIMEOUT_MS = 10_000;

/** Records a page whose clock began with ours. Returns the measurements at the end of the session. */
async function recorded(ends: number, ...seen: [name: string, at: number][]) {
  const clock = new PageClock(new VirtualClock());
  await clock.read(async () => ({ now: 0 }));
  const timings = new Timings(0);
  const took: [string, number][] = [];
  const recorder = new PageRecorder({
    contract: referenceContract(),
    userId: 'somebody',
    meetingId: 'a-meeting',
    timings,
    readings: new Readings(),
    clock,
    handsVisible: new EventDeliveries(timings.operation('page.hand-visible'), 5000, new Set(['hand-raised'])),
    timeoutMs: TIMEOUT_MS,
    announce: () => undefined,
    follower: { traces: false, took: (operation, ms) => took.push([operation, ms]), failed: () => undefined },
  });
  const observed = (list: PageMark[]) => ({ now: 0, loadedAt: 0, marks: list, requests: [], vitals: {} });
  // Each mark arrives in a separate collection.
  for (const [name, at] of seen) recorder.take(observed([{ name, at, detail: null }]), undefined);
  recorder.finish(ends);
  const { operations } = new MergedTimings([timings.encode(ends)]);
  return { reconnect: operations.get('page.reconnect'), took };
}

test('measures a reconnection from the loss to the painted roster', async () => {
  const { reconnect, took } = await recorded(
    9000,
    [marks.connectionLost, 1000],
    [marks.reconnected, 3500],
    [marks.connectionLost, 6000],
    [marks.reconnected, 6200],
  );
  expect(reconnect!.outcomes).toEqual({ ok: 2 });
  expect(took).toEqual([
    ['page.reconnect', 2500],
    ['page.reconnect', 200],
  ]);
});

test('counts a repeated loss before the page recovers as one outage', async () => {
  const { took } = await recorded(
    9000,
    [marks.connectionLost, 1000],
    [marks.connectionLost, 2000],
    [marks.reconnected, 3500],
  );
  expect(took).toEqual([['page.reconnect', 2500]]);
});

test('records a lost connection as a timeout, or as aborted if the session ends soon after the loss', async () => {
  const late = await recorded(1000 + TIMEOUT_MS, [marks.connectionLost, 1000]);
  expect(late.reconnect!.outcomes).toEqual({ timeout: 1 });
  const soon = await recorded(999 + TIMEOUT_MS, [marks.connectionLost, 1000]);
  expect(soon.reconnect!.outcomes).toEqual({ aborted: 1 });
  for (const { took } of [late, soon]) expect(took).toEqual([]);
});

test('records no reconnection for a page that lost no connection', async () => {
  const { reconnect } = await recorded(9000, [marks.joinClicked, 100], [marks.painted, 400]);
  expect(reconnect).toBeUndefined();
});
