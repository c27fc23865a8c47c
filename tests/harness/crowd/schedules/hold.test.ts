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

test.describe('schedule that holds the requested users', () => {
  const whole = scheduleOf({ CONCURRENT_USERS: '200', TEST_DURATION: '120' }) as Users;

  test('reaches 200 users within 20 s and holds them until 120 s', () => {
    expect(whole).toEqual(hold(200, { durationMs: 120_000, openingMs: 20_000 }));
    expect(usersAt(whole, 0)).toBe(1);
    for (const elapsedMs of [20_000, 30_000, 119_999]) expect(usersAt(whole, elapsedMs)).toBe(200);
    expect(usersAt(whole, 120_000)).toBe(0);
  });

  test('reaches 1,000 users within 3 s of a run of 12 s', () => {
    const crowded = scheduleOf({ CONCURRENT_USERS: '1000', TEST_DURATION: '12' }) as Users;
    expect([2900, 3000].map((elapsedMs) => usersAt(crowded, elapsedMs))).toEqual([967, 1000]);
  });

  test('has slices that add up to the whole', () => {
    const slices = [1, 2, 3].map((index) => sliceOf(whole, index, 3));
    for (const elapsedMs of [0, 5000, 19_000, 60_000]) {
      const sum = slices.reduce((users, slice) => users + usersAt(slice, elapsedMs), 0);
      expect(sum).toBe(usersAt(whole, elapsedMs));
    }
  });

  test('gives way to a schedule of sessions when an arrival interval is set', () => {
    const expected = sessions({ everyMs: 100, durationMs: 120_000, atMostUsers: 200 });
    const asked = { CONCURRENT_USERS: '200', TEST_DURATION: '120' };
    expect(scheduleOf({ ...asked, ARRIVAL_INTERVAL_MS: '100' })).toEqual(expected);
    expect(scheduleOf({ ...asked, SCHEDULE: 'sessions every 100ms' })).toEqual(expected);
  });

  test('describes its opening and its end', () => {
    expect(describeSchedule(whole)).toBe(
      '200 users within 20 s, held until 2 min; participants that leave are replaced.',
    );
  });

  test('refuses an opening that is longer than the run', () => {
    expect(() => scheduleOf({ SCHEDULE: 'hold 10 within 20s for 10s' })).toThrow('openingMs is 20000');
  });
});

test.describe('How many users can a schedule reach?', () => {
  const every100 = sessions({ everyMs: 100, durationMs: 12_000, atMostUsers: 1000 });

  test('warns that sessions of 10 s every 100 ms reach only 100 of 1,000 users', () => {
    expect(reachableUsers(every100, 10_000)).toBe(100);
    expect(reachWarning(every100, 10_000)).toBe(
      'About 100 of 1,000 users can be reached: one session starts every 100 ms and takes about 10 s. To reach them, raise TEST_DURATION or lower ARRIVAL_INTERVAL_MS.',
    );
  });

  test('reaches no more users than arrive during the run', () => {
    expect(reachableUsers(every100, 60_000)).toBe(120);
  });

  test('gives no warning when all users can be reached or users are only a limit', () => {
    expect(reachWarning(every100, 1_000_000)).toContain('About 120 of 1,000');
    expect(reachWarning({ ...every100, atMostUsers: 100 }, 10_000)).toBeUndefined();
    expect(reachWarning(scheduleOf({}), 10_000)).toBeUndefined();
    expect(requestedUsers(scheduleOf({ SCHEDULE: 'poisson 2/s max 500' }))).toBe(0);
    expect(reachWarning(scheduleOf({ SCHEDULE: 'poisson 2/s max 500' }), 1)).toBeUndefined();
  });
});
