import { expect, test } from '@playwright/test';
import {
  arrivalSteps,
  constantArrivalRate,
  constantUsers,
  type Defaults,
  parseSchedule,
  poisson,
  ramp,
  rampingArrivalRate,
  type Schedule,
  sessions,
  simultaneously,
  spike,
  steps,
} from '../../../../src/crowd/schedules/index.ts';
import { UserError } from '../../../../src/kernel/errors.ts';

const defaults: Defaults = { users: 50, durationMs: 60_000, everyMs: 100, seed: 7 };
const limits = { durationMs: 60_000, maxUsers: 50 };

test.describe('Which schedule does a text mean?', () => {
  const texts: [string, Schedule][] = [
    ['sessions', sessions({ everyMs: 100, durationMs: 60_000, atMostUsers: 50 })],
    [
      '  Sessions  every 250ms for 1.5min MAX 9 ',
      sessions({ everyMs: 250, durationMs: 90_000, atMostUsers: 9 }),
    ],
    ['constant-users', constantUsers(50, limits)],
    ['constant-users 7 for 1h', constantUsers(7, { durationMs: 3_600_000 })],
    ['ramp', ramp({ from: 0, to: 50, durationMs: 60_000 })],
    ['ramp 20..5 for 10s', ramp({ from: 20, to: 5, durationMs: 10_000 })],
    [
      'steps 10x20s,30x500ms',
      steps([
        { users: 10, durationMs: 20_000 },
        { users: 30, durationMs: 500 },
      ]),
    ],
    [
      'spike 10..100 at 20s for 10s',
      spike({ baseUsers: 10, peakUsers: 100, beforeMs: 20_000, spikeMs: 10_000, afterMs: 30_000 }),
    ],
    [
      'spike 0..1 at 0s for 60s',
      spike({ baseUsers: 0, peakUsers: 1, beforeMs: 0, spikeMs: 60_000, afterMs: 0 }),
    ],
    ['constant-arrival-rate', constantArrivalRate(10, limits)],
    ['constant-arrival-rate 20/s', constantArrivalRate(20, limits)],
    ['constant-arrival-rate 90/min max 3', constantArrivalRate(1.5, { durationMs: 60_000, maxUsers: 3 })],
    [
      'ramping-arrival-rate 0.5..20/s for 2min',
      rampingArrivalRate({ fromPerSecond: 0.5, toPerSecond: 20, durationMs: 120_000, maxUsers: 50 }),
    ],
    ['poisson 20/s', poisson(20, { ...limits, seed: 7 })],
    ['poisson', poisson(10, { ...limits, seed: 7 })],
    [
      'arrival-steps 10/sx20s,90/minx500ms max 3',
      arrivalSteps(
        [
          { ratePerSecond: 10, durationMs: 20_000 },
          { ratePerSecond: 1.5, durationMs: 500 },
        ],
        { maxUsers: 3, seed: 7 },
      ),
    ],
    ['simultaneously', simultaneously(50)],
    ['simultaneously 100', simultaneously(100)],
  ];
  for (const [text, schedule] of texts) {
    test(`reads "${text}"`, () => {
      expect(parseSchedule(text, defaults)).toEqual(schedule);
    });
  }
});

test.describe('How does a wrong text fail?', () => {
  test('lists a working example of each kind for an unknown name', () => {
    let message = '';
    try {
      parseSchedule('stepz 10x20s', defaults);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      message = (error as Error).message;
    }
    expect(message).toContain(
      'Unknown schedule "stepz 10x20s". Did you mean "steps"? Use one of: arrival-steps 10/s',
    );
    const examples = message
      .replace(/^.*Use one of: /, '')
      .slice(0, -1)
      .split('; ');
    const kinds = examples.map((example) => parseSchedule(example, defaults).kind);
    expect(new Set(kinds).size).toBe(11);
    expect(kinds).toEqual(examples.map((example) => example.split(' ')[0]));
  });

  const wrong: [string, string][] = [
    ['', 'Unknown schedule "".'],
    ['constructor', 'Unknown schedule "constructor".'],
    [
      'ramp 0-50',
      'Schedule "ramp 0-50" is not written as "ramp [FROM..TO] [for TIME]". An example: ramp 0..50',
    ],
    ['steps', 'Schedule "steps" is not written as "steps STAGES". An example: steps 10x20s,30x20s,50x20s.'],
    ['steps 10x20', 'is not written as "steps STAGES"'],
    ['steps 10x20s,', 'is not written as "steps STAGES"'],
    ['arrival-steps 10x20s', 'is not written as "arrival-steps RATES [max USERS]"'],
    ['arrival-steps 0/sx20s', 'every stage has 0 arrivals'],
    ['arrival-steps 5/sx20s,99999/sx1s', 'stage 2: ratePerSecond is 99999'],
    ['constant-users 50 60s', 'is not written as "constant-users [USERS] [within TIME] [for TIME]"'],
    ['constant-users 1.5', 'is not written as "constant-users [USERS] [within TIME] [for TIME]"'],
    ['constant-arrival-rate 20', 'is not written as "constant-arrival-rate [RATE] [for TIME] [max USERS]"'],
    ['poisson 20/s seed 3', 'is not written as "poisson [RATE] [for TIME] [max USERS]"'],
    ['spike 10..100', 'is not written as "spike FROM..TO at TIME for TIME"'],
    ['sessions every -5ms', 'is not written as "sessions [every TIME] [for TIME] [max USERS]"'],
    [
      'simultaneously 0',
      'Schedule "simultaneously 0" cannot run. Schedule simultaneously: users is 0, but must be',
    ],
    ['ramp 0..0', 'Schedule "ramp 0..0" cannot run. Schedule ramp: from and to are both 0.'],
    [
      'poisson 0/s',
      'cannot run. Schedule poisson: ratePerSecond is 0, but must be a number above 0 and at most 10000.',
    ],
    [
      'spike 10..100 at 55s for 10s',
      'Schedule "spike 10..100 at 55s for 10s" cannot run. The spike ends after 65 s, but the run after 60 s.',
    ],
    ['spike 100..10 at 5s for 5s', 'peakUsers is 10, but must be above baseUsers, which is 100.'],
  ];
  const outOfBounds: [string, string][] = [
    [
      'hold 50 for 99999999999s',
      'durationMs is 99999999999000, but must be a number above 0 and at most 86400000 (a day)',
    ],
    ['hold 50 within 25h for 25h', 'openingMs is 90000000'],
    [`hold 50 for ${'9'.repeat(400)}s`, 'durationMs is Infinity'],
    ['simultaneously 3000000', 'users is 3000000, but must be a whole number from 1 to 100000'],
    [`simultaneously ${'9'.repeat(400)}`, 'users is Infinity'],
    ['steps 10x20s,3000000x20s', 'stage 2: users is 3000000'],
    ['steps 10x20h,20x20h', 'all times together are 144000000 ms, but must be at most 86400000 (a day)'],
    ['ramp 0..3000000', 'to is 3000000'],
    ['sessions every 0.00001ms', 'everyMs is 0.00001, but must be a number from 0.1'],
    ['sessions max 3000000', 'atMostUsers is 3000000'],
    [
      'constant-arrival-rate 99999999/s',
      'ratePerSecond is 99999999, but must be a number above 0 and at most 10000',
    ],
    ['ramping-arrival-rate 0..99999999/s', 'toPerSecond is 99999999'],
    ['poisson 5/s max 3000000', 'maxUsers is 3000000'],
    ['constant-users 1e3', 'is not written as'],
    ['constant-users 0x10', 'is not written as'],
    ['constant-users ٣', 'is not written as'],
    ['constant-users -5', 'is not written as'],
    ['constant-users NaN', 'is not written as'],
  ];
  for (const [text, message] of [...wrong, ...outOfBounds]) {
    test(`refuses "${text.slice(0, 60)}"`, () => {
      expect(() => parseSchedule(text, defaults)).toThrow(UserError);
      expect(() => parseSchedule(text, defaults)).toThrow(message);
    });
  }

  test('names wrong defaults', () => {
    expect(() => parseSchedule('sessions', { ...defaults, users: 0, everyMs: -1 })).toThrow(
      'everyMs is -1, but must be a number from 0.1 to 86400000 (a day); atMostUsers is 0',
    );
  });
});
