import { expect, test } from '@playwright/test';
import { Attendance } from '../../../src/crowd/attendance.ts';
import {
  constantUsers,
  hold,
  ramp,
  type Schedule,
  sessions,
  simultaneously,
  spike,
} from '../../../src/crowd/schedules/index.ts';
import { Timings } from '../../../src/timings/timings.ts';

/** The windows of a slice whose number of users changes at each of these instants, in ms. */
function windowsOf(changes: readonly (readonly [at: number, users: number])[], end: number) {
  const timings = new Timings(0);
  for (const [at, users] of changes) timings.setUsers(users, at);
  return timings.encode(end).windows;
}

function reached(schedule: Schedule, ...slices: ReturnType<typeof windowsOf>[]): number {
  const attendance = new Attendance();
  for (const [slice, windows] of slices.entries()) attendance.add(slice + 1, windows);
  return attendance.reached(schedule);
}

const sixty = constantUsers(60, { durationMs: 10_000 });

test.describe('How many users were reached?', () => {
  test('counts 60 users that are present for a tenth of each second as 6', () => {
    const changes = Array.from({ length: 10 }, (_, second): [number, number][] => [
      [second * 1000, 60],
      [second * 1000 + 100, 0],
    ]).flat();
    expect(reached(sixty, windowsOf(changes, 10_000))).toBe(6);
    expect(reached(sixty, windowsOf([[0, 60]], 10_000))).toBe(60);
  });

  test('adds the users of all slices within the same second only', () => {
    const early = windowsOf(
      [
        [0, 20],
        [3000, 0],
      ],
      6000,
    );
    const late = windowsOf(
      [
        [3000, 30],
        [6000, 0],
      ],
      6000,
    );
    expect(reached(sixty, early, late)).toBe(30);
    expect(reached(sixty, early, windowsOf([[0, 30]], 6000))).toBe(50);
  });

  test('counts a window once when a slice sends it twice', () => {
    const attendance = new Attendance();
    const windows = windowsOf([[0, 20]], 5000);
    attendance.add(1, windows);
    attendance.add(1, windows);
    expect(attendance.reached(sixty)).toBe(20);
    attendance.forget(4);
    attendance.add(2, windows.slice(0, 2));
    expect(attendance.reached(sixty)).toBe(20);
  });

  test('counts the peak of a steep ramp or a short spike as reached when the crowd follows it', () => {
    const steep = ramp({ from: 0, to: 50, durationMs: 2000 });
    const kept = Array.from({ length: 50 }, (_, index): [number, number] => [40 * (index + 0.5), index + 1]);
    expect(reached(steep, windowsOf(kept, 2000))).toBeCloseTo(50, 1);
    const half = kept.map(([at, users]): [number, number] => [at, users / 2]);
    expect(reached(steep, windowsOf(half, 2000))).toBeCloseTo(25, 1);

    const short = spike({ baseUsers: 10, peakUsers: 100, beforeMs: 2200, spikeMs: 500, afterMs: 2300 });
    const spiked = windowsOf(
      [
        [0, 10],
        [2200, 100],
        [2700, 10],
      ],
      5000,
    );
    expect(reached(short, spiked)).toBeCloseTo(100, 5);
    // The result is never above the highest number at any instant.
    expect(
      reached(
        short,
        windowsOf(
          [
            [0, 10],
            [2200, 100],
            [3900, 10],
          ],
          5000,
        ),
      ),
    ).toBe(100);
  });

  test('counts all users that arrive over the first quarter, even in a run of one second', () => {
    const spread = constantUsers(5, { durationMs: 1000, spreadMs: 250 });
    const kept = windowsOf(
      [
        [0, 1],
        [31.25, 2],
        [93.75, 3],
        [156.25, 4],
        [218.75, 5],
      ],
      1000,
    );
    expect(reached(spread, kept)).toBeCloseTo(5, 1);
    expect(reached(hold(5, { durationMs: 4000 }), windowsOf([[0, 5]], 4000))).toBe(5);
  });

  test('takes the highest number at any instant for simultaneous users and runs below one second', () => {
    const flash = windowsOf(
      [
        [0, 100],
        [90, 0],
      ],
      300,
    );
    expect(reached(simultaneously(100), flash)).toBe(100);
    expect(reached(sessions({ everyMs: 10, durationMs: 900, atMostUsers: 100 }), flash)).toBe(100);
    expect(reached(sessions({ everyMs: 10, durationMs: 1000, atMostUsers: 100 }), flash)).toBe(9);
  });

  test('takes the highest number in each second from reports of older versions', () => {
    const attendance = new Attendance();
    attendance.add(1, [{ index: 0, users: 7, operations: {} }]);
    expect(attendance.reached(sixty)).toBe(7);
  });
});
