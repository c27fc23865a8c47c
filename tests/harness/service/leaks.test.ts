import { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type pg from 'pg';
import { keepListeners, keepMemory, keepTimers } from '../../../service/defects/leaks.ts';
import type { Parts } from '../../../service/defects/parts.ts';
import { expect, test } from './service-fixture.ts';
import { call } from './user.ts';

const SEAT = { meetingId: 'a meeting', userId: 'a user' };

/** Parts of a service that seats everybody; `isNew` is false for a user who has a seat. */
function partsOf(isNew = true): Parts {
  const parts: Pick<Parts, 'takeSeat' | 'onSockets'> = {
    takeSeat: async () => ({ isNew, participant: {} as never, agoraUid: 1 }),
    onSockets: () => undefined,
  };
  return parts as Parts;
}

async function join(parts: Partial<Parts>, times: number): Promise<void> {
  for (let join = 0; join < times; join++) await parts.takeSeat!({} as pg.Pool, SEAT, 'listener');
}

/** The heap after a full collection. Only a new context gets the function that a flag exposes. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Much more than the code of this process changes between two collections. */
const BYTES = 20_480;
const KEPT_KIB = 20_000;

/** The growth of the heap by 1000 joins, in KiB. */
async function keptBy(parts: Partial<Parts>): Promise<number> {
  await join(parts, 10);
  const before = heapUsed();
  await join(parts, 1000);
  return (heapUsed() - before) / 1024;
}

test('leak-memory keeps its bytes for each new seat, and for no other join', async () => {
  const leaking = keepMemory(partsOf(), BYTES);
  expect(await keptBy(leaking)).toBeGreaterThan(0.95 * KEPT_KIB);
  expect(await keptBy(partsOf())).toBeLessThan(0.3 * KEPT_KIB);
  const again = keepMemory(partsOf(false), BYTES);
  expect(await keptBy(again)).toBeLessThan(0.3 * KEPT_KIB);
  // The kept texts must live until here.
  await join(leaking, 1);
  await join(again, 1);
});

test('leak-listeners adds one listener per new seat to the emitter of the rooms', async () => {
  const adapter = new EventEmitter();
  for (const isNew of [true, false]) {
    const parts = keepListeners(partsOf(isNew));
    parts.onSockets!({ of: () => ({ adapter }) } as never);
    await join(parts, 20);
    expect(adapter.eventNames().reduce((sum, name) => sum + adapter.listenerCount(name), 0)).toBe(20);
  }
});

test('leak-timers keeps one timer per new seat', async () => {
  const kept: NodeJS.Timeout[] = [];
  const start = globalThis.setInterval;
  globalThis.setInterval = ((...values: Parameters<typeof start>) => {
    const timer = start(...values);
    kept.push(timer);
    return timer;
  }) as typeof start;
  try {
    await join(keepTimers(partsOf()), 20);
    // Only a timer that keeps the process alive is an active resource.
    expect(kept.map((timer) => timer.hasRef())).toEqual(new Array(20).fill(true));
    await join(keepTimers(partsOf(false)), 20);
    expect(kept).toHaveLength(20);
  } finally {
    globalThis.setInterval = start;
    for (const timer of kept) clearInterval(timer);
  }
});

test('the metrics of a service have its listeners, rooms, rows and connections', async ({ newUser, url }) => {
  const host = newUser();
  const meetingId = await host.open();
  const guest = newUser();
  await guest.post(`/${meetingId}/join`);
  await guest.enter(meetingId);
  const text = (await call(`${url}/metrics`)).text;
  for (const name of [
    'socketio_listeners',
    'socketio_rooms',
    'socketio_connections',
    'meetings_active_participants',
    'pg_pool_connections{state="total"}',
    'nodejs_active_resources{type="TCPSocketWrap"}',
  ])
    expect(Number(text.split(`\n${name} `)[1]?.split('\n')[0]), name).toBeGreaterThan(0);
});
