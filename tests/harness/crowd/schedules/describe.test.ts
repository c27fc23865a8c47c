import { expect, test } from '@playwright/test';
import {
  arrivalSteps,
  constantArrivalRate,
  constantUsers,
  describe as describeSchedule,
  poisson,
  ramp,
  rampingArrivalRate,
  type Schedule,
  sessions,
  simultaneously,
  sliceOf,
  spike,
  steps,
} from '../../../../src/crowd/schedules/index.ts';
import { UserError } from '../../../../src/kernel/errors.ts';

const minute = { durationMs: 60_000, maxUsers: 50 };
const everyTenth = sessions({ everyMs: 100, durationMs: 60_000, atMostUsers: 50 });

test.describe('How does a schedule describe itself?', () => {
  const sentences: [Schedule, string][] = [
    [everyTenth, 'One session every 100 ms for 60 s, at most 50 users at a time.'],
    [
      sliceOf(everyTenth, 2, 4),
      'One session every 100 ms for 60 s, at most 50 users at a time (slice 2 of 4).',
    ],
    [
      sessions({ everyMs: 1500, durationMs: 600_000, atMostUsers: 1 }),
      'One session every 1.5 s for 10 min, at most 1 user at a time.',
    ],
    [constantArrivalRate(20, minute), '20 arrivals per second for 60 s, at most 50 users at a time.'],
    [
      rampingArrivalRate({ fromPerSecond: 0.5, toPerSecond: 20, durationMs: 90_000, maxUsers: 50 }),
      'From 0.5 to 20 arrivals per second over 90 s, at most 50 users at a time.',
    ],
    [
      poisson(20, { ...minute, seed: 7 }),
      '20 arrivals per second on average (Poisson, seed 7) for 60 s, at most 50 users at a time.',
    ],
    [
      arrivalSteps(
        [
          { ratePerSecond: 10, durationMs: 20_000 },
          { ratePerSecond: 0, durationMs: 5000 },
        ],
        { maxUsers: 100, seed: 7 },
      ),
      '10 arrivals per second for 20 s, then 0 arrivals per second for 5 s, on average (Poisson, seed 7), at most 100 users at a time.',
    ],
    [simultaneously(100), '100 users at the same moment, once.'],
    [simultaneously(1), '1 user at the same moment, once.'],
    [constantUsers(50, { durationMs: 7_200_000 }), '50 users for 2 h; participants that leave are replaced.'],
    [
      ramp({ from: 0, to: 50, durationMs: 60_000 }),
      'From 0 to 50 users over 60 s; participants that leave are replaced.',
    ],
    [
      steps([
        { users: 10, durationMs: 20_000 },
        { users: 30, durationMs: 20_000 },
      ]),
      '10 users for 20 s, then 30 users for 20 s; participants that leave are replaced.',
    ],
    [
      spike({ baseUsers: 10, peakUsers: 100, beforeMs: 20_000, spikeMs: 10_000, afterMs: 30_000 }),
      '10 users for 60 s, but 100 of them for 10 s after 20 s; participants that leave are replaced.',
    ],
  ];
  for (const [schedule, sentence] of sentences) {
    test(`describes itself as "${sentence}"`, () => {
      expect(describeSchedule(schedule)).toBe(sentence);
    });
  }
});

test('slice 1 of 1 describes itself like the whole schedule', () => {
  expect(describeSchedule(sliceOf(everyTenth, 1, 1))).toBe(describeSchedule(everyTenth));
});

test.describe('Which numbers does a schedule refuse?', () => {
  const wrong: [string, () => Schedule, string][] = [
    [
      'three wrong numbers of sessions in one error',
      () => sessions({ everyMs: 0, durationMs: Number.NaN, atMostUsers: 1.5 }),
      'Schedule sessions: everyMs is 0, but must be a number from 0.1 to 86400000 (a day); ' +
        'durationMs is NaN, but must be a number above 0 and at most 86400000 (a day); ' +
        'atMostUsers is 1.5, but must be a whole number from 1 to 100000.',
    ],
    [
      'an endless run',
      () => constantUsers(1, { durationMs: Number.POSITIVE_INFINITY }),
      'Schedule constant-users: durationMs is Infinity, but must be a number above 0 and at most 86400000 (a day).',
    ],
    [
      'zero users',
      () => constantUsers(0, { durationMs: 1 }),
      'Schedule constant-users: users is 0, but must be a whole number from 1 to 100000.',
    ],
    [
      'a negative rate',
      () => constantArrivalRate(-1, { durationMs: 0, maxUsers: 0 }),
      'Schedule constant-arrival-rate: ratePerSecond is -1, but must be a number above 0 and at most 10000; ' +
        'durationMs is 0, but must be a number above 0 and at most 86400000 (a day); ' +
        'maxUsers is 0, but must be a whole number from 1 to 100000.',
    ],
    [
      'a ramp from 0 to 0 users',
      () => ramp({ from: 0, to: 0, durationMs: 1 }),
      'Schedule ramp: from and to are both 0.',
    ],
    [
      'a ramp with negative and fractional users',
      () => ramp({ from: -1, to: 2.5, durationMs: 1 }),
      'Schedule ramp: from is -1, but must be a whole number from 0 to 100000; ' +
        'to is 2.5, but must be a whole number from 0 to 100000.',
    ],
    [
      'a ramping rate from 0 to 0',
      () => rampingArrivalRate({ fromPerSecond: 0, toPerSecond: 0, durationMs: 1, maxUsers: 1 }),
      'Schedule ramping-arrival-rate: fromPerSecond and toPerSecond are both 0.',
    ],
    [
      'a seed that is NaN',
      () => poisson(1, { durationMs: 1, maxUsers: 1, seed: Number.NaN }),
      'Schedule poisson: seed is NaN, but must be a number or a text.',
    ],
    [
      'an empty seed and a rate of 0',
      () => poisson(0, { durationMs: 1, maxUsers: 1, seed: '' }),
      'Schedule poisson: ratePerSecond is 0, but must be a number above 0 and at most 10000; seed is empty, but must be a number or a text.',
    ],
    ['zero simultaneous users', () => simultaneously(0), 'Schedule simultaneously: users is 0, but must be'],
    [
      'steps without stages',
      () => steps([]),
      'Schedule steps: stages is empty, but must hold one stage or more.',
    ],
    [
      'steps whose stages have no users',
      () => steps([{ users: 0, durationMs: 1 }]),
      'Schedule steps: every stage has 0 users.',
    ],
    [
      'a wrong stage with its number',
      () =>
        steps([
          { users: 1, durationMs: 1 },
          { users: -1, durationMs: 0 },
        ]),
      'Schedule steps: stage 2: users is -1, but must be a whole number from 0 to 100000; ' +
        'stage 2: durationMs is 0, but must be a number above 0 and at most 86400000 (a day).',
    ],
    [
      'a spike with wrong times and a peak that is not above the base',
      () => spike({ baseUsers: 10, peakUsers: 10, beforeMs: -1, spikeMs: 0, afterMs: 0 }),
      'Schedule spike: beforeMs is -1, but must be a number from 0 to 86400000 (a day); ' +
        'spikeMs is 0, but must be a number above 0 and at most 86400000 (a day); ' +
        'peakUsers is 10, but must be above baseUsers, which is 10.',
    ],
  ];
  for (const [title, make, message] of wrong) {
    test(`refuses ${title}`, () => {
      expect(make).toThrow(UserError);
      expect(make).toThrow(message);
    });
  }
});
