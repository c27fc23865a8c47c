import { expect, test } from '@playwright/test';
import { admitParticipants } from '../../../src/crowd/admit.ts';
import {
  constantArrivalRate,
  constantUsers,
  poisson,
  ramp,
  rampingArrivalRate,
  type Schedule,
  sessions,
  simultaneously,
  sliceOf,
  spike,
  steps,
} from '../../../src/crowd/schedules/index.ts';
import { VirtualClock } from '../kernel/virtual-clock.ts';

const START = 1_000_000;

interface Begun {
  readonly index: number;
  /** In ms from the release of the barrier. */
  readonly intendedAt: number;
  readonly startedAt: number;
}

/** Admits the participants of a schedule; each session lasts `sessionMs`. */
function crowd(schedule: Schedule, sessionMs: number, isSuccess = true) {
  const clock = new VirtualClock(START);
  const stop = new AbortController();
  const begun: Begun[] = [];
  const state = { full: 0, active: 0, most: 0, ended: false };
  const done = admitParticipants({
    schedule,
    clock,
    startedAt: START,
    signal: stop.signal,
    async begin(index, intendedAt) {
      begun.push({ index, intendedAt: intendedAt - START, startedAt: clock.now() - START });
      state.active += 1;
      state.most = Math.max(state.most, state.active);
      if (sessionMs > 0) await clock.until(clock.now() + sessionMs);
      state.active -= 1;
      return isSuccess;
    },
    full: () => {
      state.full += 1;
    },
  }).then(() => {
    state.ended = true;
  });
  return { clock, stop, begun, state, done };
}

/** Runs to the end and returns all starts. */
async function starts(schedule: Schedule, sessionMs: number, isSuccess = true) {
  const run = crowd(schedule, sessionMs, isSuccess);
  await run.clock.runUntil(run.done);
  // In virtual time nothing is late.
  expect(run.begun.filter(({ intendedAt, startedAt }) => intendedAt !== startedAt)).toEqual([]);
  expect(new Set(run.begun.map(({ index }) => index)).size).toBe(run.begun.length);
  return { at: run.begun.map(({ startedAt }) => startedAt), ...run.state, endedAt: run.clock.now() - START };
}

test.describe('admission under an open schedule', () => {
  const tables: [string, Schedule, number, number[], number][] = [
    [
      'starts a session at each interval',
      sessions({ everyMs: 100, durationMs: 500, atMostUsers: 9 }),
      10,
      [0, 100, 200, 300, 400],
      0,
    ],
    [
      'skips sessions while the user limit is reached',
      sessions({ everyMs: 100, durationMs: 700, atMostUsers: 2 }),
      250,
      [0, 100, 300, 400, 600],
      2,
    ],
    [
      'starts arrivals at a constant rate',
      constantArrivalRate(4, { durationMs: 1000, maxUsers: 9 }),
      5000,
      [0, 250, 500, 750],
      0,
    ],
    [
      'skips arrivals of a constant rate while the user limit is reached',
      constantArrivalRate(4, { durationMs: 1000, maxUsers: 1 }),
      5000,
      [0],
      3,
    ],
    ['starts all simultaneous users at once', simultaneously(3), 5000, [0, 0, 0], 0],
    [
      'starts the arrivals of slice 2 of 2',
      sliceOf(sessions({ everyMs: 100, durationMs: 600, atMostUsers: 4 }), 2, 2),
      10,
      [100, 300, 500],
      0,
    ],
  ];
  for (const [name, schedule, sessionMs, at, full] of tables) {
    test(name, async () => {
      expect(await starts(schedule, sessionMs)).toMatchObject({ at, full });
    });
  }

  test('keeps random and ramping arrivals in order and within the user limit', async () => {
    for (const schedule of [
      poisson(50, { durationMs: 4000, maxUsers: 5, seed: 3 }),
      rampingArrivalRate({ fromPerSecond: 1, toPerSecond: 100, durationMs: 4000, maxUsers: 5 }),
    ]) {
      const { at, full, most } = await starts(schedule, 300);
      expect(most).toBe(5);
      expect(full).toBeGreaterThan(0);
      expect(at).toEqual([...at].sort((one, other) => one - other));
    }
  });

  test('starts 1,000 simultaneous users in batches that let other work run in between', async () => {
    const { begun, done, clock } = crowd(simultaneously(1000), 10);
    const begunAt: number[] = [];
    let over = false;
    void done.then(() => {
      over = true;
    });
    const look = () => {
      begunAt.push(begun.length);
      if (!over) setImmediate(look);
    };
    setImmediate(look);
    await clock.runUntil(done);
    expect(begun).toHaveLength(1000);
    const partly = new Set(begunAt.filter((count) => count > 0 && count < 1000));
    expect(partly.size).toBeGreaterThanOrEqual(10);
  });
});

test.describe('admission under a closed schedule', () => {
  test('replaces constant users when their sessions end', async () => {
    const { at, most } = await starts(constantUsers(2, { durationMs: 5000 }), 2000);
    expect(at).toEqual([0, 0, 2000, 2000, 4000, 4000]);
    expect(most).toBe(2);
  });

  test('adds each user of a ramp half-way between two whole numbers', async () => {
    const { at } = await starts(ramp({ from: 0, to: 3, durationMs: 6000 }), 60_000);
    expect(at).toEqual([1000, 3000, 5000]);
  });

  test('replaces no user above the level of a lower step', async () => {
    const schedule = steps([
      { users: 3, durationMs: 4000 },
      { users: 1, durationMs: 4000 },
    ]);
    const { at } = await starts(schedule, 3000);
    // The three users that start at 3000 ms stay until 6000 ms. Then the level is one, and one user starts.
    expect(at).toEqual([0, 0, 0, 3000, 3000, 3000, 6000]);
  });

  test('starts the users of a spike at once and does not replace them after it', async () => {
    const schedule = spike({ baseUsers: 1, peakUsers: 4, beforeMs: 2500, spikeMs: 1000, afterMs: 6000 });
    const { at } = await starts(schedule, 2000);
    expect(at).toEqual([0, 2000, 2500, 2500, 2500, 4500, 6500, 8500]);
  });

  test('replaces a user whose session failed at most once a second', async () => {
    const { at, endedAt } = await starts(constantUsers(5, { durationMs: 10_000 }), 0, false);
    // Five users, each replaced once a second and not more often.
    expect(at).toEqual(Array.from({ length: 50 }, (_, index) => Math.floor(index / 5) * 1000));
    expect(endedAt).toBe(10_000);
  });

  test('replaces a user whose short session succeeded at once', async () => {
    const { at } = await starts(constantUsers(3, { durationMs: 3000 }), 100);
    expect(at).toHaveLength(90);
    expect(at.slice(0, 7)).toEqual([0, 0, 0, 100, 100, 100, 200]);
    // The same sessions as failures start once a second.
    const failed = await starts(constantUsers(3, { durationMs: 3000 }), 100, false);
    expect(failed.at).toEqual([0, 0, 0, 1000, 1000, 1000, 2000, 2000, 2000]);
  });

  test('replaces a user whose journey does nothing at most once a millisecond', async () => {
    const { at } = await starts(constantUsers(1, { durationMs: 50 }), 0);
    expect(at).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  test('spreads the first arrivals of constant users over the given time, in every slice', async () => {
    const schedule = constantUsers(5, { durationMs: 8000, spreadMs: 2000 });
    const whole = await starts(schedule, 60_000);
    expect(whole.at).toEqual([0, 250, 750, 1250, 1750]);
    const parts = [
      await starts(sliceOf(schedule, 1, 2), 60_000),
      await starts(sliceOf(schedule, 2, 2), 60_000),
    ];
    expect(parts.flatMap(({ at }) => at).sort((one, other) => one - other)).toEqual(whole.at);
  });
});

test.describe('admission when the run is stopped', () => {
  for (const [name, schedule] of [
    ['arrivals', sessions({ everyMs: 100, durationMs: 60_000, atMostUsers: 50 })],
    ['users', constantUsers(5, { durationMs: 60_000 })],
  ] as const) {
    test(`ends at once and starts no further ${name}`, async () => {
      const { clock, stop, begun, state, done } = crowd(schedule, 450);
      await clock.advanceTo(START + 1050);
      const before = begun.length;
      expect(before).toBeGreaterThan(4);
      stop.abort(new Error('stopped'));
      await done;
      expect(state.ended).toBe(true);
      expect(clock.now()).toBe(START + 1050);
      await clock.advanceTo(START + 30_000);
      expect(begun).toHaveLength(before);
      expect(clock.waiting).toBe(0);
    });
  }

  test('starts no participant when the run was stopped before the start', async () => {
    const clock = new VirtualClock();
    let begun = 0;
    await admitParticipants({
      schedule: simultaneously(5),
      clock,
      startedAt: 0,
      signal: AbortSignal.abort(),
      begin: async () => {
        begun += 1;
        return true;
      },
      full: () => undefined,
    });
    expect(begun).toBe(0);
  });
});
