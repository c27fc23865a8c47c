import { expect, test } from '@playwright/test';
import {
  type Arrivals,
  arrivalSteps,
  arrivals,
  constantArrivalRate,
  durationMs,
  peakUsers,
  poisson,
  rampingArrivalRate,
  sessions,
  simultaneously,
  sliceOf,
} from '../../../../src/crowd/schedules/index.ts';

const minute = { durationMs: 60_000, maxUsers: 50 };
const due = (schedule: Arrivals) => [...arrivals(schedule)];

test.describe('When does each participant arrive?', () => {
  const tables: [string, Arrivals, { total: number; first: number[]; last: number; peak: number }][] = [
    [
      'one session every 100 ms for 60 s',
      sessions({ everyMs: 100, durationMs: 60_000, atMostUsers: 50 }),
      { total: 600, first: [0, 100, 200], last: 59_900, peak: 50 },
    ],
    [
      'sessions further apart than the run is long',
      sessions({ everyMs: 5000, durationMs: 1, atMostUsers: 1 }),
      { total: 1, first: [0], last: 0, peak: 1 },
    ],
    [
      'a last session that does not fill its period',
      sessions({ everyMs: 300, durationMs: 1000, atMostUsers: 9 }),
      { total: 4, first: [0, 300, 600], last: 900, peak: 9 },
    ],
    [
      '20 arrivals per second',
      constantArrivalRate(20, minute),
      { total: 1200, first: [0, 50, 100], last: 59_950, peak: 50 },
    ],
    [
      'a rate whose period is not a binary fraction',
      constantArrivalRate(3, { durationMs: 1000, maxUsers: 50 }),
      { total: 3, first: [0, 1000 / 3, 2000 / 3], last: 2000 / 3, peak: 50 },
    ],
    [
      'less than one arrival per second',
      constantArrivalRate(0.1, minute),
      { total: 6, first: [0, 10_000, 20_000], last: 50_000, peak: 50 },
    ],
    [
      'a ramping rate that stays the same',
      rampingArrivalRate({ fromPerSecond: 20, toPerSecond: 20, ...minute }),
      { total: 1200, first: [0, 50, 100], last: 59_950, peak: 50 },
    ],
    ['100 users at once', simultaneously(100), { total: 100, first: [0, 0, 0], last: 0, peak: 100 }],
  ];
  for (const [title, schedule, { total, first, last, peak }] of tables) {
    test(`schedules ${title}`, () => {
      const dues = due(schedule);
      expect(dues).toHaveLength(total);
      expect(dues.slice(0, 3)).toEqual(first.slice(0, total));
      expect(dues.at(-1)).toBeCloseTo(last, 6);
      expect(peakUsers(schedule)).toBe(peak);
    });
  }

  test('schedules no extra arrival by rounding at 1 to 60 arrivals per second', () => {
    for (let rate = 1; rate <= 60; rate++) {
      expect(due(constantArrivalRate(rate, { durationMs: 7000, maxUsers: 1 }))).toHaveLength(rate * 7);
    }
  });

  test('lasts for the given duration, or 0 ms with simultaneous users', () => {
    expect(durationMs(constantArrivalRate(20, minute))).toBe(60_000);
    expect(durationMs(simultaneously(100))).toBe(0);
  });
});

test.describe('Does a ramping rate follow its line?', () => {
  const up = rampingArrivalRate({ fromPerSecond: 0, toPerSecond: 20, durationMs: 10_000, maxUsers: 50 });
  const down = rampingArrivalRate({ fromPerSecond: 20, toPerSecond: 0, durationMs: 10_000, maxUsers: 50 });

  test('schedules as many arrivals as the area under the line of the rate', () => {
    expect(due(up)).toHaveLength(100);
    expect(due(down)).toHaveLength(100);
    // The rate grows from 0 by 2 per s², so arrival i is due when t² = i, in seconds.
    for (const [index, dueMs] of due(up).entries()) expect(dueMs).toBeCloseTo(1000 * Math.sqrt(index), 6);
    // The falling rate is the rising rate in reverse: 100 − i arrivals are left when (10 − t)² = 100 − i.
    for (const [index, dueMs] of due(down).entries()) {
      expect(dueMs).toBeCloseTo(10_000 - 1000 * Math.sqrt(100 - index), 6);
    }
  });
});

test.describe('Do Poisson arrivals follow their distribution?', () => {
  // 20 per second for 1000 s: 20 000 arrivals expected, standard deviation sqrt(20 000) = 141
  const schedule = poisson(20, { durationMs: 1_000_000, maxUsers: 50, seed: 7 });

  test('the total and the gaps have the expected mean and variance', () => {
    const dues = due(schedule);
    expect(Math.abs(dues.length - 20_000)).toBeLessThan(5 * Math.sqrt(20_000));
    const gaps = dues.map((dueMs, index) => dueMs - (dues[index - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    // Exponential gaps of mean m: standard error m/sqrt(n) of the mean, and m²·sqrt(8/n) of the variance
    expect(Math.abs(mean - 50)).toBeLessThan((5 * 50) / Math.sqrt(gaps.length));
    expect(Math.abs(variance - 2500)).toBeLessThan(5 * 2500 * Math.sqrt(8 / gaps.length));
  });

  test('the variance of the counts per second equals their mean', () => {
    const perSecond = new Array<number>(1000).fill(0);
    for (const dueMs of due(schedule)) perSecond[Math.floor(dueMs / 1000)]! += 1;
    const mean = perSecond.reduce((sum, arrived) => sum + arrived, 0) / 1000;
    const variance = perSecond.reduce((sum, arrived) => sum + (arrived - mean) ** 2, 0) / 1000;
    // Index of dispersion: 1 for Poisson, 0 for even distances; standard error sqrt(2/n)
    expect(Math.abs(variance / mean - 1)).toBeLessThan(5 * Math.sqrt(2 / 1000));
  });

  test('the same seed gives the same arrivals, and another seed gives others', () => {
    const again = poisson(20, { durationMs: 1_000_000, maxUsers: 50, seed: 7 });
    const other = poisson(20, { durationMs: 1_000_000, maxUsers: 50, seed: 8 });
    expect(due(again)).toEqual(due(schedule));
    expect(due(other)).not.toEqual(due(schedule));
  });

  test('a longer run begins with the arrivals of a shorter run', () => {
    const short = due(poisson(20, { durationMs: 10_000, maxUsers: 50, seed: 7 }));
    expect(due(schedule).slice(0, short.length)).toEqual(short);
  });
});

test('steps of arrivals have their rates, without arrivals in a pause', () => {
  const stages = [
    { ratePerSecond: 50, durationMs: 100_000 },
    { ratePerSecond: 0, durationMs: 10_000 },
    { ratePerSecond: 5, durationMs: 100_000 },
  ];
  const dues = due(arrivalSteps(stages, { maxUsers: 50, seed: 7 }));
  const between = (from: number, to: number) => dues.filter((at) => at >= from && at < to).length;
  expect(durationMs(arrivalSteps(stages, { maxUsers: 50, seed: 7 }))).toBe(210_000);
  expect(between(100_000, 110_000)).toBe(0);
  // Five standard deviations of a Poisson count.
  expect(Math.abs(between(0, 100_000) - 5000)).toBeLessThan(5 * Math.sqrt(5000));
  expect(Math.abs(between(110_000, 210_000) - 500)).toBeLessThan(5 * Math.sqrt(500));
  expect(dues.at(-1)).toBeLessThan(210_000);
  expect(dues).toEqual([...dues].sort((one, other) => one - other));
});

test('steps of one rate have the same arrivals as one step', () => {
  const of = (...times: number[]) =>
    due(
      arrivalSteps(
        times.map((durationMs) => ({ ratePerSecond: 20, durationMs })),
        { maxUsers: 50, seed: 7 },
      ),
    );
  const [one, several] = [of(60_000), of(10_000, 20_000, 30_000)];
  expect(several).toHaveLength(one.length);
  for (const [index, at] of several.entries()) expect(at).toBeCloseTo(one[index]!, 6);
});

test.describe('What do the slices of an open schedule get?', () => {
  const schedules: Arrivals[] = [
    sessions({ everyMs: 100, durationMs: 6050, atMostUsers: 50 }),
    constantArrivalRate(7, { durationMs: 9000, maxUsers: 3 }),
    rampingArrivalRate({ fromPerSecond: 1, toPerSecond: 9, durationMs: 8000, maxUsers: 17 }),
    poisson(11, { durationMs: 9000, maxUsers: 10, seed: 'a' }),
    arrivalSteps(
      [
        { ratePerSecond: 20, durationMs: 3000 },
        { ratePerSecond: 5, durationMs: 2000 },
      ],
      { maxUsers: 10, seed: 'a' },
    ),
    simultaneously(23),
  ];
  for (const schedule of schedules) {
    for (const of of [1, 2, 3, 4, 7, 50]) {
      test(`divides the arrivals and users of ${schedule.kind} (slices: ${of})`, () => {
        const slices = Array.from({ length: of }, (_, index) => sliceOf(schedule, index + 1, of));
        const dues = slices.map(due);
        for (const mine of dues) expect(mine).toEqual([...mine].sort((a, b) => a - b));
        expect(dues.flat().sort((a, b) => a - b)).toEqual(due(schedule));
        const places = slices.map(peakUsers);
        expect(places.reduce((sum, users) => sum + users, 0)).toBe(peakUsers(schedule));
        // A slice without users would skip every arrival, so it must get none.
        for (const [index, mine] of dues.entries()) if (places[index] === 0) expect(mine).toEqual([]);
      });
    }
  }

  test('slice 2 of 3 gets every third arrival, beginning with the second', () => {
    const schedule = sessions({ everyMs: 100, durationMs: 1000, atMostUsers: 10 });
    expect(due(sliceOf(schedule, 2, 3))).toEqual([100, 400, 700]);
    expect(due(sliceOf(schedule, 1, 3))).toEqual([0, 300, 600, 900]);
  });

  test('slices of slices add up to the whole schedule', () => {
    const schedule = sessions({ everyMs: 10, durationMs: 1000, atMostUsers: 40 });
    const parts = [1, 2].flatMap((machine) =>
      [1, 2, 3].map((worker) => sliceOf(sliceOf(schedule, machine, 2), worker, 3)),
    );
    expect(parts.flatMap(due).sort((a, b) => a - b)).toEqual(due(schedule));
    expect(parts.map(peakUsers).reduce((sum, users) => sum + users, 0)).toBe(40);
  });
});
