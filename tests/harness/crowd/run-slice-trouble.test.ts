import { expect, test } from '@playwright/test';
import { sessions, simultaneously } from '../../../src/crowd/schedules/index.ts';
import { type Guest, host, stay } from './hosted.ts';

const threeAtOnce = simultaneously(3);
const closedOnce = (guests: readonly Guest[]) => guests.every(({ closed }) => closed === 1);

test.describe('a run that is stopped', () => {
  const patient = async (guest: Guest, clock: Parameters<typeof stay>[1]) => {
    await stay(guest, clock, 100_000);
    return 'completed' as const;
  };

  test('asks everybody to leave, each at an instant of its own within 2 s, and lets nobody in any more', async () => {
    const schedule = sessions({ everyMs: 1000, durationMs: 60_000, atMostUsers: 50 });
    const slice = host({ schedule, journey: patient });
    await slice.clock.advanceTo(2500);
    slice.stop.abort(new Error('stopped'));
    await slice.clock.runUntil(slice.done);
    expect(slice.sessions).toMatchObject({ started: 3, cutShort: 3 });
    expect(slice.state.endedAt).toBeCloseTo(2500 + 2000 * 0.618034);
  });

  test('while it drains does the same', async () => {
    const slice = host({ schedule: threeAtOnce, drainMs: 30_000, journey: patient });
    await slice.clock.advanceTo(10_000);
    slice.stop.abort(new Error('stopped'));
    await slice.clock.runUntil(slice.done);
    expect(slice.state.endedAt).toBeCloseTo(10_000 + 2000 * 0.618034);
  });

  test('while participants leave makes them hurry', async () => {
    const slice = host({ schedule: threeAtOnce, drainMs: 10_000, journey: patient });
    // Asked at 10 s to leave within 5 s: the second guest would go at 13.09 s.
    await slice.clock.advanceTo(10_500);
    expect(slice.sessions.cutShort).toBe(1);
    slice.stop.abort(new Error('stopped'));
    await slice.clock.runUntil(slice.done);
    expect(slice.state.endedAt).toBeGreaterThan(10_500);
    expect(slice.state.endedAt).toBeLessThanOrEqual(12_500);
  });

  test('does not wait for the schedule or the drain when participants are deaf', async () => {
    const slice = host({
      schedule: sessions({ everyMs: 1000, durationMs: 60_000, atMostUsers: 50 }),
      drainMs: 30_000,
      leaveMs: 2000,
      async journey(guest, clock) {
        await clock.until(200_000, guest.gone).catch(() => undefined);
        return 'completed';
      },
    });
    await slice.clock.advanceTo(2500);
    slice.stop.abort(new Error('stopped'));
    await slice.clock.runUntil(slice.done);
    // 2 s to begin to leave, and 2 s to leave.
    expect(slice.state.endedAt).toBe(6500);
  });

  test('before its start lets nobody in', async () => {
    const slice = host({
      schedule: sessions({ everyMs: 1, durationMs: 60_000, atMostUsers: 50 }),
      journey: patient,
    });
    slice.stop.abort(new Error('stopped'));
    await slice.clock.runUntil(slice.done);
    expect(slice.sessions.started).toBeLessThanOrEqual(1); // the first one is due at once
  });
});

test.describe('a defect of a journey or of ours', () => {
  for (const [name, fail] of [
    ['that throws later', async () => Promise.reject(new Error('defect'))],
    [
      'that throws at once',
      () => {
        throw new Error('defect');
      },
    ],
  ] as const) {
    test(`a journey ${name}: the others come to their end, then it is told`, async () => {
      const slice = host({
        schedule: threeAtOnce,
        async journey({ arrival }, clock) {
          if (arrival.index === 1) return fail();
          await clock.until(3000);
          return 'completed';
        },
      });
      await expect(slice.clock.runUntil(slice.done)).rejects.toThrow('defect');
      expect(slice.sessions).toMatchObject({ started: 3, completed: 2 });
      expect(closedOnce(slice.guests)).toBe(true);
      expect(slice.timings.users).toBe(0);
      expect(slice.state.endedAt).toBe(3000);
    });
  }

  test('a participant that cannot be admitted is no user, and its seat is free', async () => {
    const slice = host({
      schedule: sessions({ everyMs: 1000, durationMs: 3000, atMostUsers: 1 }),
      admit: ({ index }) => {
        if (index === 1) throw new Error('no file descriptor left');
      },
      journey: async () => 'completed',
    });
    await expect(slice.clock.runUntil(slice.done)).rejects.toThrow('no file descriptor left');
    expect(slice.sessions).toMatchObject({ started: 3, completed: 2 });
    expect(slice.guests.map(({ arrival }) => arrival.seat)).toEqual([0, 0]);
    expect(slice.timings.users).toBe(0);
  });

  test('a connection that cannot be closed does not keep the others', async () => {
    const slice = host({
      schedule: threeAtOnce,
      journey: async () => 'completed',
      close: ({ arrival }) => {
        if (arrival.index === 0) throw new Error('cannot close');
      },
    });
    await expect(slice.clock.runUntil(slice.done)).rejects.toThrow('cannot close');
    expect(slice.sessions.completed).toBe(3);
    expect(closedOnce(slice.guests)).toBe(true);
  });
});
