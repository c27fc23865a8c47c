import { expect, test } from '@playwright/test';
import {
  changes,
  constantUsers,
  describe as describeSchedule,
  divide,
  durationMs,
  peakUsers,
  ramp,
  sliceOf,
  spike,
  steps,
  type Users,
  usersAt,
} from '../../../../src/crowd/schedules/index.ts';

const tenTwentyFive = steps([
  { users: 10, durationMs: 1000 },
  { users: 20, durationMs: 500 },
  { users: 5, durationMs: 2000 },
]);
/** The first part of the description of a schedule. */
const briefly = (schedule: Users) => describeSchedule(schedule).split(';')[0];
const peak = spike({ baseUsers: 10, peakUsers: 100, beforeMs: 2000, spikeMs: 1000, afterMs: 3000 });

test.describe('How many users are active at a time?', () => {
  const tables: [string, Users, [elapsedMs: number, users: number][]][] = [
    [
      '50 constant users for 60 s',
      constantUsers(50, { durationMs: 60_000 }),
      [
        [-1, 0],
        [0, 50],
        [59_999.9, 50],
        [60_000, 0],
        [1e9, 0],
      ],
    ],
    [
      'a ramp from 0 to 50 over 60 s',
      ramp({ from: 0, to: 50, durationMs: 60_000 }),
      [
        [-1, 0],
        [0, 0],
        [599, 0],
        [600, 1],
        [1799, 1],
        [1800, 2],
        [30_000, 25],
        [59_399, 49],
        [59_400, 50],
        [60_000, 0],
      ],
    ],
    [
      'a ramp from 10 to 0 over 10 s',
      ramp({ from: 10, to: 0, durationMs: 10_000 }),
      [
        [0, 10],
        [499, 10],
        [500, 9],
        [5000, 5],
        [9499, 1],
        [9500, 0],
      ],
    ],
    [
      'steps',
      tenTwentyFive,
      [
        [0, 10],
        [999, 10],
        [1000, 20],
        [1499, 20],
        [1500, 5],
        [3499, 5],
        [3500, 0],
      ],
    ],
    [
      'a spike',
      peak,
      [
        [0, 10],
        [1999, 10],
        [2000, 100],
        [2999, 100],
        [3000, 10],
        [5999, 10],
        [6000, 0],
      ],
    ],
    [
      'a spike that lasts the whole run',
      spike({ baseUsers: 0, peakUsers: 3, beforeMs: 0, spikeMs: 10, afterMs: 0 }),
      [
        [0, 3],
        [9, 3],
        [10, 0],
      ],
    ],
  ];
  for (const [title, schedule, rows] of tables) {
    test(`counts the users of ${title}`, () => {
      expect(rows.map(([elapsedMs]) => [elapsedMs, usersAt(schedule, elapsedMs)])).toEqual(rows);
    });
  }

  test('returns the highest number of users and the whole duration', () => {
    expect([tenTwentyFive, peak].map(peakUsers)).toEqual([20, 100]);
    expect([tenTwentyFive, peak].map(durationMs)).toEqual([3500, 6000]);
    expect(peakUsers(ramp({ from: 9, to: 2, durationMs: 1 }))).toBe(9);
  });
});

test.describe('When does the number of users change?', () => {
  test('changes at the edges of steps and spikes, and ends with 0 users', () => {
    expect([...changes(tenTwentyFive)]).toEqual([
      { dueMs: 0, users: 10 },
      { dueMs: 1000, users: 20 },
      { dueMs: 1500, users: 5 },
      { dueMs: 3500, users: 0 },
    ]);
    expect([...changes(peak)].map(({ dueMs }) => dueMs)).toEqual([0, 2000, 3000, 6000]);
  });

  test('does not change between two stages with the same number', () => {
    const same = steps([
      { users: 3, durationMs: 10 },
      { users: 3, durationMs: 10 },
    ]);
    expect([...changes(same)]).toEqual([
      { dueMs: 0, users: 3 },
      { dueMs: 20, users: 0 },
    ]);
  });

  const drawings: Users[] = [
    constantUsers(7, { durationMs: 900 }),
    ramp({ from: 0, to: 13, durationMs: 1000 }),
    ramp({ from: 13, to: 4, durationMs: 777 }),
    tenTwentyFive,
    peak,
  ];
  for (const schedule of drawings) {
    test(`stays constant between two changes: ${briefly(schedule)}`, () => {
      for (const part of [schedule, sliceOf(schedule, 2, 3)]) {
        const list = [...changes(part)];
        for (const [index, { dueMs, users }] of list.entries()) {
          const untilMs = list[index + 1]?.dueMs ?? dueMs + 1000;
          expect(untilMs).toBeGreaterThan(dueMs);
          for (const fraction of [0.001, 0.5, 0.999]) {
            expect(usersAt(part, dueMs + fraction * (untilMs - dueMs))).toBe(users);
          }
        }
        expect(list[0]?.dueMs).toBe(0);
        expect(list.at(-1)?.users).toBe(0);
      }
    });
  }
});

test.describe('Do the slices add up to the whole at every instant?', () => {
  test('the parts of a total add up and differ by at most one', () => {
    const wrong: { total: number; parts: number[] }[] = [];
    for (let total = 0; total <= 120; total++) {
      for (const of of [1, 2, 3, 4, 7, 16, 50]) {
        const parts = Array.from({ length: of }, (_, index) => divide(total, index + 1, of));
        const addsUp = parts.reduce((sum, part) => sum + part, 0) === total;
        const isEven = Math.max(...parts) - Math.min(...parts) <= 1;
        const isInOrder = parts.every((part, index) => index === 0 || part <= parts[index - 1]!);
        if (!addsUp || !isEven || !isInOrder) wrong.push({ total, parts });
      }
    }
    expect(wrong).toEqual([]);
  });

  const schedules: Users[] = [
    constantUsers(50, { durationMs: 1000 }),
    ramp({ from: 3, to: 41, durationMs: 1000 }),
    ramp({ from: 50, to: 0, durationMs: 1000 }),
    steps([
      { users: 1, durationMs: 300 },
      { users: 29, durationMs: 300 },
      { users: 0, durationMs: 400 },
    ]),
    spike({ baseUsers: 5, peakUsers: 37, beforeMs: 200, spikeMs: 300, afterMs: 500 }),
  ];
  for (const schedule of schedules) {
    test(`1 to 60 slices add up to: ${briefly(schedule)}`, () => {
      const wrong: { of: number; elapsedMs: number; sum: number }[] = [];
      for (const of of [1, 2, 3, 4, 5, 8, 13, 50, 60]) {
        const slices = Array.from({ length: of }, (_, index) => sliceOf(schedule, index + 1, of));
        for (let elapsedMs = -3; elapsedMs < 1010; elapsedMs += 3.7) {
          const sum = slices.reduce((users, slice) => users + usersAt(slice, elapsedMs), 0);
          if (sum !== usersAt(schedule, elapsedMs)) wrong.push({ of, elapsedMs, sum });
        }
        expect(slices.map(peakUsers).reduce((sum, users) => sum + users, 0)).toBe(peakUsers(schedule));
      }
      expect(wrong).toEqual([]);
    });
  }

  test('slices of slices add up to the whole', () => {
    const schedule = ramp({ from: 0, to: 50, durationMs: 1000 });
    const wrong: { elapsedMs: number; sum: number }[] = [];
    for (let elapsedMs = 0; elapsedMs < 1000; elapsedMs += 9) {
      let sum = 0;
      for (const machine of [1, 2, 3]) {
        for (const worker of [1, 2]) {
          sum += usersAt(sliceOf(sliceOf(schedule, machine, 3), worker, 2), elapsedMs);
        }
      }
      if (sum !== usersAt(schedule, elapsedMs)) wrong.push({ elapsedMs, sum });
    }
    expect(wrong).toEqual([]);
  });

  for (const [index, of] of [
    [0, 4],
    [5, 4],
    [1.5, 4],
    [1, 0],
    [1, Number.NaN],
  ] as const) {
    test(`refuses slice ${index} of ${of}`, () => {
      expect(() => sliceOf(constantUsers(1, { durationMs: 1 }), index, of)).toThrow(
        `There is no slice ${index} of ${of}.`,
      );
    });
  }
});
