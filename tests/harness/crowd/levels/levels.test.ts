import { expect, test } from '@playwright/test';
import { type Levels, SPREAD_MS } from '../../../../src/crowd/levels/admit-levels.ts';
import { LevelOrders } from '../../../../src/crowd/levels/level-orders.ts';
import type { LevelKind } from '../../../../src/crowd/levels/order.ts';
import { constantUsers } from '../../../../src/crowd/schedules/index.ts';
import { type Guest, host, stay } from '../hosted.ts';

interface Hosted {
  readonly kind?: LevelKind;
  readonly part?: Levels['part'];
  readonly mostUsers?: number;
  /** How long a session lasts if the guest may stay. */
  readonly sessionMs?: number;
  journey?: Parameters<typeof host>[0]['journey'];
}

/** A slice that follows orders. */
function sliceWithLevels({
  kind = 'users',
  part = { index: 1, of: 1 },
  mostUsers = 1000,
  sessionMs = 60_000,
  journey,
}: Hosted = {}) {
  const orders = new LevelOrders();
  const left: number[] = [];
  const slice = host({
    schedule: constantUsers(1000, { durationMs: 900_000 }),
    levels: { kind, part, seed: 'crowd', mostUsers, next: () => orders.next() },
    async journey(guest, clock) {
      const end = await stay(guest, clock, sessionMs);
      left.push(clock.now());
      return end === 'stayed' ? 'completed' : 'gave up: asked';
    },
    ...(journey ? { journey } : {}),
  });
  let number = 0;
  const order = (level: number, startAt: number) => orders.add({ number: ++number, level, startAt });
  return { ...slice, orders, order, left };
}

const arrivedAt = (guests: readonly Guest[]) => guests.map(({ arrival }) => arrival.intendedAt);

test.describe('levels of users', () => {
  test('add new users one after the other within five seconds, and keep those that are there', async () => {
    const { clock, order, guests, timings, orders, done } = sliceWithLevels();
    order(4, 1000);
    await clock.advanceTo(20_000);
    expect(arrivedAt(guests)).toEqual([1000, 2250, 3500, 4750]);
    order(8, 20_000);
    await clock.advanceTo(40_000);
    expect(arrivedAt(guests.slice(4))).toEqual([20_000, 21_250, 22_500, 23_750]);
    expect(timings.users).toBe(8);
    orders.end();
    await clock.runUntil(done);
    expect(timings.users).toBe(0);
  });

  test('are divided among the slices, which take turns', async () => {
    const parts = [1, 2].map((index) => sliceWithLevels({ part: { index, of: 2 } }));
    for (const { clock, order } of parts) {
      order(5, 0);
      await clock.advanceTo(SPREAD_MS);
    }
    expect(parts.map(({ guests }) => arrivedAt(guests).map(Math.round))).toEqual([
      [0, 1667, 3333],
      [1250, 3750],
    ]);
    for (const { orders, clock, done } of parts) {
      orders.end();
      await clock.runUntil(done);
    }
  });

  test('replace a user that leaves, and no user after the last level', async () => {
    const { clock, order, guests, timings, orders, done } = sliceWithLevels({ sessionMs: 10_000 });
    order(2, 0);
    await clock.advanceTo(35_000);
    // Each of the two users has had three successors.
    expect(guests).toHaveLength(8);
    expect(timings.users).toBe(2);
    orders.end();
    await clock.runUntil(done);
    expect(guests).toHaveLength(8);
  });

  test('ask only the users of an ended level to leave, spread over time', async () => {
    const { clock, order, guests, left, timings, sessions, orders, done } = sliceWithLevels();
    order(10, 0);
    await clock.advanceTo(20_000);
    order(0, 20_000);
    await clock.advanceTo(25_500);
    expect(timings.users).toBe(0);
    expect(sessions.cutShort).toBe(10);
    expect(Math.max(...left) - Math.min(...left)).toBeGreaterThan(2000);
    // The next level is not asked to leave, and its latencies count.
    order(3, 30_000);
    await clock.advanceTo(50_000);
    expect(timings.users).toBe(3);
    expect(guests.slice(10).every(({ arrival }) => !arrival.leaveRequest.isAsked)).toBe(true);
    timings.operation('meeting.get').record('ok', 40_000, 40_010);
    expect(timings.encode(clock.now()).operations['meeting.get']).not.toHaveProperty('drained');
    orders.end();
    await clock.runUntil(done);
    expect(sessions).toMatchObject({ started: 13, cutShort: 13 });
  });

  test('close users that do not leave, without closing those of the next level', async () => {
    const { clock, order, guests, orders, done } = sliceWithLevels({
      // Ignores the request: only the end of its connections ends it.
      async journey(guest, clock) {
        await clock.until(600_000, guest.gone).catch(() => undefined);
        return 'gave up: meeting.leave';
      },
    });
    order(2, 0);
    await clock.advanceTo(10_000);
    order(0, 10_000);
    order(1, 11_000);
    await clock.advanceTo(16_900);
    expect(guests.filter(({ closed }) => closed > 0)).toHaveLength(0);
    // 5 s until the last one begins to leave, and 2 s to leave.
    await clock.advanceTo(17_100);
    expect(guests.filter(({ closed }) => closed > 0)).toHaveLength(2);
    // The third user could arrive only now: a level counts the users that are still there.
    expect(guests).toHaveLength(3);
    orders.end();
    await clock.runUntil(done);
  });
});

test.describe('levels of arrivals', () => {
  test('arrive at the rate of the level, and slices add up to it', async () => {
    const counts: number[] = [];
    for (const index of [1, 2]) {
      const { clock, order, guests, orders, done } = sliceWithLevels({
        kind: 'arrivals',
        part: { index, of: 2 },
        sessionMs: 10,
      });
      order(20, 0);
      await clock.advanceTo(100_000);
      counts.push(guests.length);
      orders.end();
      await clock.runUntil(done);
      expect(guests.length - counts.at(-1)!).toBe(0);
    }
    // Five standard deviations of a Poisson count.
    expect(Math.abs(counts[0]! + counts[1]! - 2000)).toBeLessThan(5 * Math.sqrt(2000));
    expect(counts[0]).not.toBe(counts[1]);
  });

  test('are never late in virtual time, are the same for the same seed, and stop in a rest', async () => {
    const run = async () => {
      const { clock, order, guests, orders, done } = sliceWithLevels({ kind: 'arrivals', sessionMs: 10 });
      order(50, 500);
      await clock.advanceTo(10_000);
      order(0, 10_000);
      await clock.advanceTo(20_000);
      const before = guests.length;
      order(50, 20_000);
      await clock.advanceTo(21_000);
      orders.end();
      await clock.runUntil(done);
      return { before, at: arrivedAt(guests) };
    };
    const { before, at } = await run();
    expect(at[0]).toBeGreaterThanOrEqual(500);
    expect(at[before - 1]).toBeLessThanOrEqual(10_000);
    expect(at[before]).toBeGreaterThanOrEqual(20_000);
    expect((await run()).at).toEqual(at);
  });

  test('go on until the next level begins', async () => {
    const { clock, order, guests, orders, done } = sliceWithLevels({ kind: 'arrivals', sessionMs: 10 });
    order(100, 0);
    await clock.advanceTo(5000);
    // The message comes before its level begins.
    order(100, 6000);
    await clock.advanceTo(7000);
    const between = arrivedAt(guests).filter((at) => at >= 5000 && at < 6000).length;
    expect(between).toBeGreaterThan(50);
    orders.end();
    await clock.runUntil(done);
  });

  test('are dropped at the user limit, which the report counts', async () => {
    const { clock, order, sessions, orders, done } = sliceWithLevels({ kind: 'arrivals', mostUsers: 3 });
    order(10, 0);
    await clock.advanceTo(10_000);
    expect(sessions.started).toBe(3);
    expect(sessions.dropped).toBeGreaterThan(50);
    orders.end();
    await clock.runUntil(done);
  });
});

test('a stop of the run ends the levels, and all users leave', async () => {
  for (const kind of ['users', 'arrivals'] as const) {
    const { clock, order, stop, orders, guests, timings, done, state } = sliceWithLevels({ kind });
    order(10, 0);
    order(20, 100_000);
    await clock.advanceTo(10_000);
    const before = guests.length;
    stop.abort(new Error('stopped'));
    orders.end();
    await clock.runUntil(done);
    expect(guests).toHaveLength(before);
    expect(timings.users).toBe(0);
    // Within 2 s.
    expect(state.endedAt).toBeLessThanOrEqual(12_000);
  }
});

test('orders are read once, in their order, and end for good', async () => {
  const orders = new LevelOrders();
  const one = { number: 1, level: 10, startAt: 0 };
  const waiting = orders.next();
  orders.add(one);
  expect(await waiting).toBe(one);
  orders.add({ ...one, number: 2 });
  orders.add({ ...one, number: 3 });
  expect((await orders.next())?.number).toBe(2);
  orders.end();
  expect(await orders.next()).toBeNull();
  orders.add(one);
  expect(await orders.next()).toBeNull();
});
