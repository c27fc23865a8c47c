import { expect, test } from '@playwright/test';
import { readSettings } from '../../../../src/config/read-settings.ts';
import { reachWarning } from '../../../../src/crowd/reach.ts';
import {
  describe as describeSchedule,
  hold,
  reachableUsers,
  requestedUsers,
  sessions,
  sliceOf,
  type Users,
  usersAt,
} from '../../../../src/crowd/schedules/index.ts';

const scheduleOf = (written: Record<string, string>) => readSettings(written).schedule;

test.describe('users that are asked for are reached, and held', () => {
  const whole = scheduleOf({ CONCURRENT_USERS: '200', TEST_DURATION: '120' }) as Users;

  test('200 users for 120 s, without an interval: all within a quarter, and to the end', () => {
    expect(whole).toEqual(hold(200, { durationMs: 120_000, openingMs: 20_000 }));
    expect(usersAt(whole, 0)).toBe(1);
    for (const elapsedMs of [20_000, 30_000, 119_999]) expect(usersAt(whole, elapsedMs)).toBe(200);
    expect(usersAt(whole, 120_000)).toBe(0);
  });

  test('1000 users in 12 s are there after 3 s', () => {
    const crowded = scheduleOf({ CONCURRENT_USERS: '1000', TEST_DURATION: '12' }) as Users;
    expect([2900, 3000].map((elapsedMs) => usersAt(crowded, elapsedMs))).toEqual([967, 1000]);
  });

  test('the slices add up to the whole', () => {
    const slices = [1, 2, 3].map((index) => sliceOf(whole, index, 3));
    for (const elapsedMs of [0, 5000, 19_000, 60_000]) {
      const sum = slices.reduce((users, slice) => users + usersAt(slice, elapsedMs), 0);
      expect(sum).toBe(usersAt(whole, elapsedMs));
    }
  });

  test('a set interval wins, in a setting as in the schedule', () => {
    const expected = sessions({ everyMs: 100, durationMs: 120_000, atMostUsers: 200 });
    const asked = { CONCURRENT_USERS: '200', TEST_DURATION: '120' };
    expect(scheduleOf({ ...asked, ARRIVAL_INTERVAL_MS: '100' })).toEqual(expected);
    expect(scheduleOf({ ...asked, SCHEDULE: 'sessions every 100ms' })).toEqual(expected);
  });

  test('it says so', () => {
    expect(describeSchedule(whole)).toBe(
      '200 users within 20 s, held until 2 min; participants that leave are replaced.',
    );
  });

  test('an opening that is longer than the whole is refused', () => {
    expect(() => scheduleOf({ SCHEDULE: 'hold 10 within 20s for 10s' })).toThrow('openingMs is 20000');
  });
});

test.describe('how many users can be reached', () => {
  const every100 = sessions({ everyMs: 100, durationMs: 12_000, atMostUsers: 1000 });

  test('a session of 10 s every 100 ms: 100, which is said before the run', () => {
    expect(reachableUsers(every100, 10_000)).toBe(100);
    expect(reachWarning(every100, 10_000)).toBe(
      'About 100 of 1,000 users can be reached: one session starts every 100 ms and takes about 10 s. To reach them, raise TEST_DURATION or lower ARRIVAL_INTERVAL_MS.',
    );
  });

  test('no more than the run has time for', () => {
    expect(reachableUsers(every100, 60_000)).toBe(120);
  });

  test('nothing is said where all can be reached, or where users are a bound alone', () => {
    expect(reachWarning(every100, 1_000_000)).toContain('About 120 of 1,000');
    expect(reachWarning({ ...every100, atMostUsers: 100 }, 10_000)).toBeUndefined();
    expect(reachWarning(scheduleOf({}), 10_000)).toBeUndefined();
    expect(requestedUsers(scheduleOf({ SCHEDULE: 'poisson 2/s max 500' }))).toBe(0);
    expect(reachWarning(scheduleOf({ SCHEDULE: 'poisson 2/s max 500' }), 1)).toBeUndefined();
  });
});
