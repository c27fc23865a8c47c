import { expect, test } from '@playwright/test';
import {
  constantArrivalRate,
  constantUsers,
  sessions,
  simultaneously,
} from '../../../src/crowd/schedules/index.ts';
import { type Guest, host, stay } from './hosted.ts';

const threeAtOnce = simultaneously(3);
const closedOnce = (guests: readonly Guest[]) => guests.every(({ closed }) => closed === 1);

test.describe('sessions that come to their end', () => {
  test('are counted by how they ended, and each is closed once', async () => {
    const ends = ['completed', 'gave up: meeting.join', 'gave up: meeting.join'] as const;
    const share = host({
      schedule: threeAtOnce,
      async journey({ arrival }, clock) {
        await clock.until(1000);
        return ends[arrival.index]!;
      },
    });
    await share.clock.runUntil(share.done);
    expect(share.sessions).toMatchObject({
      started: 3,
      completed: 1,
      gaveUp: { 'meeting.join': 2 },
      cutShort: 0,
    });
    expect(closedOnce(share.guests)).toBe(true);
    expect(share.timings.users).toBe(0);
    expect(share.state.endedAt).toBe(1000); // nobody waits for a drain that is not needed
  });

  test('arrivals that find the crowd full: turned away by design, or dropped', async () => {
    const journey = async (_: Guest, clock: { until(due: number): Promise<void> }) => {
      await clock.until(4000);
      return 'completed' as const;
    };
    const byDesign = host({
      schedule: sessions({ everyMs: 1000, durationMs: 3000, atMostUsers: 1 }),
      journey,
    });
    await byDesign.clock.runUntil(byDesign.done);
    expect(byDesign.sessions).toMatchObject({ started: 1, turnedAway: 2, dropped: 0 });
    const demanded = host({ schedule: constantArrivalRate(1, { durationMs: 3000, maxUsers: 1 }), journey });
    await demanded.clock.runUntil(demanded.done);
    expect(demanded.sessions).toMatchObject({ started: 1, turnedAway: 0, dropped: 2 });
  });

  test('a seat is free again when its session is over, and never shared', async () => {
    const taken = new Set<number>();
    const share = host({
      schedule: constantUsers(3, { durationMs: 20_000 }),
      async journey({ arrival: { seat, index } }, clock) {
        expect(taken.has(seat)).toBe(false);
        taken.add(seat);
        await clock.until(clock.now() + 1000 + 300 * (index % 4));
        taken.delete(seat);
        return 'completed';
      },
    });
    await share.clock.runUntil(share.done);
    expect(share.guests.length).toBeGreaterThan(20);
    expect(new Set(share.guests.map(({ arrival }) => arrival.seat))).toEqual(new Set([0, 1, 2]));
  });
});

test('a crowd that listens to the same signals is no leak of listeners', async () => {
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on('warning', warned);
  const share = host({
    schedule: constantUsers(100, { durationMs: 3000 }),
    async journey(guest, clock) {
      await stay(guest, clock, 100);
      return 'completed';
    },
  });
  await share.clock.runUntil(share.done);
  await new Promise((resolve) => setImmediate(resolve)); // warnings are told on the next turn
  process.off('warning', warned);
  expect(share.sessions.completed).toBe(300);
  expect(warnings).toEqual([]);
});

test.describe('sessions that take longer than the schedule', () => {
  test('have the time to drain', async () => {
    const share = host({
      schedule: threeAtOnce,
      drainMs: 5000,
      async journey(guest, clock) {
        return (await stay(guest, clock, 4999)) === 'stayed' ? 'completed' : 'gave up: asked';
      },
    });
    await share.clock.runUntil(share.done);
    expect(share.sessions).toMatchObject({ completed: 3, cutShort: 0 });
  });

  test('are asked to leave after it, and have their time for that', async () => {
    const share = host({
      schedule: threeAtOnce,
      drainMs: 5000,
      leaveMs: 2000,
      async journey(guest, clock) {
        const how = await stay(guest, clock, 60_000);
        expect([how, clock.now()]).toEqual(['asked to leave', 5000]);
        await clock.until(clock.now() + 1500);
        return 'completed';
      },
    });
    await share.clock.runUntil(share.done);
    expect(share.sessions).toMatchObject({ completed: 0, cutShort: 3 });
    expect(share.state.endedAt).toBe(6500);
    expect(closedOnce(share.guests)).toBe(true);
  });

  test('are closed by force when they do not leave', async () => {
    const share = host({
      schedule: threeAtOnce,
      drainMs: 5000,
      leaveMs: 2000,
      async journey(guest, clock) {
        // Deaf to the request: only the end of its connections ends it.
        await clock.until(60_000, guest.gone).catch(() => undefined);
        return 'gave up: meeting.leave';
      },
    });
    await share.clock.runUntil(share.done);
    expect(share.state.endedAt).toBe(7000);
    expect(share.sessions).toMatchObject({ started: 3, cutShort: 3 });
    expect(share.timings.users).toBe(0);
  });
});
