import { expect, test } from '@playwright/test';
import {
  constantArrivalRate,
  constantUsers,
  sessions,
  simultaneously,
} from '../../../src/crowd/schedules/index.ts';
import { UserError } from '../../../src/kernel/errors.ts';
import { type Guest, host, stay } from './hosted.ts';

const threeAtOnce = simultaneously(3);
const closedOnce = (guests: readonly Guest[]) => guests.every(({ closed }) => closed === 1);

test.describe('sessions of a slice', () => {
  test('are counted by their result and closed once', async () => {
    const ends = ['completed', 'gave up: meeting.join', 'gave up: meeting.join'] as const;
    const slice = host({
      schedule: threeAtOnce,
      async journey({ arrival }, clock) {
        await clock.until(1000);
        return ends[arrival.index]!;
      },
    });
    await slice.clock.runUntil(slice.done);
    expect(slice.sessions).toMatchObject({
      started: 3,
      completed: 1,
      gaveUp: { 'meeting.join': 2 },
      cutShort: 0,
    });
    expect(closedOnce(slice.guests)).toBe(true);
    expect(slice.timings.users).toBe(0);
    expect(slice.state.endedAt).toBe(1000); // no wait for the drain timeout
  });

  test('count as rejected or as dropped at the user limit, depending on the schedule', async () => {
    const journey = async (_: Guest, clock: { until(due: number): Promise<void> }) => {
      await clock.until(4000);
      return 'completed' as const;
    };
    const byDesign = host({
      schedule: sessions({ everyMs: 1000, durationMs: 3000, atMostUsers: 1 }),
      journey,
    });
    await byDesign.clock.runUntil(byDesign.done);
    expect(byDesign.sessions).toMatchObject({ started: 1, rejected: 2, dropped: 0 });
    const demanded = host({ schedule: constantArrivalRate(1, { durationMs: 3000, maxUsers: 1 }), journey });
    await demanded.clock.runUntil(demanded.done);
    expect(demanded.sessions).toMatchObject({ started: 1, rejected: 0, dropped: 2 });
  });

  test('count as limited when a generator limit prevents the login, and as given up otherwise', async () => {
    const causes: (Error | undefined)[] = [
      Object.assign(new Error('connect EMFILE'), { code: 'EMFILE' }),
      undefined,
      // A text of the service does not prove a limit of the generator.
      new Error('500 connect EADDRNOTAVAIL 10.0.0.1:6379'),
    ];
    const slice = host({
      schedule: threeAtOnce,
      journey: async () => 'completed',
      admit: ({ index }) => {
        throw new UserError('identity.login: no answer', { cause: causes[index] });
      },
    });
    await slice.clock.runUntil(slice.done);
    expect(slice.sessions).toMatchObject({ started: 3, completed: 0, limited: 1, gaveUp: { identity: 2 } });
  });

  test('take the lowest free seat and never share one', async () => {
    const taken = new Set<number>();
    const lowest: boolean[] = [];
    const slice = host({
      schedule: constantUsers(3, { durationMs: 20_000 }),
      async journey({ arrival: { seat, index } }, clock) {
        expect(taken.has(seat)).toBe(false);
        lowest.push([...Array(seat).keys()].every((below) => taken.has(below)));
        taken.add(seat);
        await clock.until(clock.now() + 1000 + 300 * (index % 4));
        taken.delete(seat);
        return 'completed';
      },
    });
    await slice.clock.runUntil(slice.done);
    expect(slice.guests.length).toBeGreaterThan(20);
    expect(new Set(slice.guests.map(({ arrival }) => arrival.seat))).toEqual(new Set([0, 1, 2]));
    // Each new participant took the lowest free seat.
    expect(lowest.every(Boolean)).toBe(true);
  });
});

test.describe('sessions that take longer than the schedule', () => {
  test('complete within the drain timeout', async () => {
    const slice = host({
      schedule: threeAtOnce,
      drainMs: 5000,
      async journey(guest, clock) {
        return (await stay(guest, clock, 4999)) === 'stayed' ? 'completed' : 'gave up: asked';
      },
    });
    await slice.clock.runUntil(slice.done);
    expect(slice.sessions).toMatchObject({ completed: 3, cutShort: 0 });
  });

  test('are asked to leave after the drain timeout, spread over time', async () => {
    const leftAt: [string, number][] = [];
    const slice = host({
      schedule: threeAtOnce,
      drainMs: 5000,
      leaveMs: 2000,
      async journey(guest, clock) {
        leftAt.push([await stay(guest, clock, 60_000), Math.round(clock.now())]);
        await clock.until(clock.now() + 1500);
        return 'completed';
      },
    });
    await slice.clock.runUntil(slice.done);
    expect(slice.sessions).toMatchObject({ completed: 0, cutShort: 3 });
    // Spread over 5 s.
    expect(leftAt).toEqual([
      ['asked to leave', 5000],
      ['asked to leave', 6180],
      ['asked to leave', 8090],
    ]);
    expect(slice.state.endedAt).toBeCloseTo(9590.17);
    expect(closedOnce(slice.guests)).toBe(true);
  });

  test('leave at the end of a short pause', async () => {
    const leftAt: number[] = [];
    const slice = host({
      schedule: simultaneously(20),
      drainMs: 5000,
      async journey(guest, clock) {
        const pauseMs = 503 + 47 * guest.arrival.index;
        while ((await stay(guest, clock, pauseMs)) === 'stayed');
        leftAt.push(clock.now());
        expect(clock.now() % pauseMs).toBe(0);
        return 'completed';
      },
    });
    await slice.clock.runUntil(slice.done);
    // All leave within one pause, and nearly all at different instants.
    expect(Math.max(...leftAt)).toBeLessThanOrEqual(5000 + 503 + 47 * 19);
    expect(new Set(leftAt).size).toBeGreaterThan(15);
  });

  test('record calls after the request to leave without adding their latency to the run', async () => {
    const slice = host({
      schedule: threeAtOnce,
      drainMs: 5000,
      async journey(guest, clock) {
        const call = async () => {
          const startedAt = clock.now();
          await clock.until(startedAt + 70);
          slice.timings.operation('meeting.leave').record('ok', startedAt, clock.now());
        };
        await call();
        await stay(guest, clock, 60_000);
        await call();
        return 'completed';
      },
    });
    await slice.clock.runUntil(slice.done);
    const encoded = slice.timings.encode(slice.clock.now());
    expect(encoded.operations['meeting.leave']).toMatchObject({
      outcomes: { ok: 6 },
      ok: { count: 3 },
      drained: { count: 3 },
      response: { count: 3 },
    });
    const counts = encoded.windows.map(({ index, operations }) => [index, operations['meeting.leave']]);
    expect(counts[0]).toMatchObject([0, { outcomes: { ok: 3 }, ok: { count: 3 } }]);
    for (const [index, recorded] of counts.slice(1)) {
      if (recorded === undefined) continue;
      expect(index).toBeGreaterThanOrEqual(5);
      expect(recorded).not.toHaveProperty('ok');
    }
  });

  test('closes participants that do not leave in time', async () => {
    const slice = host({
      schedule: threeAtOnce,
      drainMs: 5000,
      leaveMs: 2000,
      async journey(guest, clock) {
        // Ignores the request: only the end of its connections ends it.
        await clock.until(60_000, guest.gone).catch(() => undefined);
        return 'gave up: meeting.leave';
      },
    });
    await slice.clock.runUntil(slice.done);
    // 5 s until the last guest begins to leave, and 2 s to leave.
    expect(slice.state.endedAt).toBe(12_000);
    expect(slice.sessions).toMatchObject({ started: 3, cutShort: 3 });
    expect(slice.timings.users).toBe(0);
  });
});
