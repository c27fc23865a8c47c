import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { durationMs, peakUsers, describe as sentenceOf } from '../../../src/crowd/schedules/index.ts';
import { highestLevel, isSearch, leastOf, searchSettings } from '../../../src/run/search-settings.ts';

const settings = (written: Record<string, string> = {}) =>
  readSettings({ CAPACITY_FOR: '10min', ...written });

test('the crowd of a search has bounds instead of a schedule, no targets and no browsers', () => {
  const own = searchSettings(
    settings({ BROWSER_USERS: '2', CAPACITY_AT_MOST: '300', SCHEDULE: 'ramp 0..50' }),
  );
  expect(own).toMatchObject({ targets: [], BROWSER_USERS: 0 });
  expect([peakUsers(own.schedule), durationMs(own.schedule)]).toEqual([300, 600_000]);
  // The rate of arrivals and the users that they keep active have different bounds.
  expect(
    sentenceOf(searchSettings(settings({ CAPACITY_OF: 'arrivals', CAPACITY_AT_MOST: '300' })).schedule),
  ).toBe('300 arrivals per second for 10 min, on average (Poisson, seed 1), at most 10000 users at a time.');
});

test('before a search, only its smallest crowd must fit', () => {
  expect(peakUsers(leastOf(settings()).schedule)).toBe(1);
});

test('one member of a meeting is its host', () => {
  expect(highestLevel(settings())).toBe(10_000);
  const ofMeetings = { CAPACITY_OF: 'meeting-size', MEETING_SIZE: '100' };
  expect(highestLevel(settings(ofMeetings))).toBe(99);
  expect(highestLevel(settings({ ...ofMeetings, CAPACITY_AT_MOST: '50' }))).toBe(50);
});

test('only the phase capacity is a search', () => {
  const run = (...phases: ('load' | 'capacity')[]) => ({
    id: 'run',
    workers: 1,
    shard: { index: 1, of: 1 },
    phases: phases.map((name) => ({ name })),
  });
  expect(isSearch(run('capacity'))).toBe(true);
  expect(isSearch(run('load'))).toBe(false);
});
