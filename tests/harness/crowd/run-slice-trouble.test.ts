import { expect, test } from '@playwright/test';
import { sessions, simultaneously } from '../../../src/crowd/schedules/index.ts';
import { type Guest, host, stay } from './hosted.ts';

const threeAtOnce = simultaneously(3);
const closedOnce = (guests: readonly Guest[]) => guests.every(({ closed }) => closed === 1);

test.describe('slice of a stopped run', () => {
  const patient = async (guest: Guest, clock: Parameters<typeof stay>[1]) => {
    await stay(guest, clock, 100_000);
    return 'completed' as const;
  };

  test('asks all participants to leave, spread over 2 s, and admits no more', async () => {
    const schedule = sessions({ everyMs: 1000, durationMs: 60_000, atMostUsers: 50 });
    const slice = host({ schedule, journey: patient });
    await slice.clock.advanceTo(2500);
    slice.stop.abort(new Error('stopped'));
    await slice.clock.runUntil(slice.done);
    expect(slice.sessions).toMatchObject({ started: 3, cutShort: 3 });
    expect(slice.state.endedAt).toBeCloseTo(2500 + 2000 * 0.618034);
  });

  test('asks all participants to leave within 2 s while it drains', async () => {
    const slice = host({ schedule: threeAtOnce, drainMs: 30_000, journey: patient });
    await slice.clock.advanceTo(10_000);
    slice.stop.abort(new Error('stopped'));
    await slice.clock.runUntil(slice.done);
    expect(slice.state.endedAt).toBeCloseTo(10_000 + 2000 * 0.618034);
  });

  test('shortens the time to leave when participants are already leaving', async () => {
    const slice = host({ schedule: threeAtOnce, drainMs: 10_000, journey: patient });
    // The request at 10 s allows 5 s, so the second guest would leave at 13.09 s.
    await slice.clock.advanceTo(10_500);
    expect(slice.sessions.cutShort).toBe(1);
    slice.stop.abort(new Error('stopped'));
    await slice.clock.runUntil(slice.done);
    expect(slice.state.endedAt).toBeGreaterThan(10_500);
    expect(slice.state.endedAt).toBeLessThanOrEqual(12_500);
  });

  test('closes participants that ignore the request to leave', async () => {
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
    // 2 s until the last guest begins to leave, and 2 s to leave.
    expect(slice.state.endedAt).toBe(6500);
  });

  test('admits only the participant that is due at once when stopped before the start', async () => {
    const slice = host({
      schedule: sessions({ everyMs: 1, durationMs: 60_000, atMostUsers: 50 }),
      journey: patient,
    });
    slice.stop.abort(new Error('stopped'));
    await slice.clock.runUntil(slice.done);
    expect(slice.sessions.started).toBeLessThanOrEqual(1); // the first participant is due at once
  });
});

test.describe('slice with a defect', () => {
  for (const [name, fail] of [
    ['that rejects', async () => Promise.reject(new Error('defect'))],
    [
      'that throws',
      () => {
        throw new Error('defect');
      },
    ],
  ] as const) {
    test(`finishes the other sessions before it rejects for a journey ${name}`, async () => {
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

  test('frees the seat of a participant that cannot be admitted', async () => {
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

  test('closes the other participants when one cannot be closed', async () => {
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
