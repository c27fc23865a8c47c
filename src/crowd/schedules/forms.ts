import { UserError } from '../../kernel/errors.ts';
import { constantArrivalRate } from './constant-arrival-rate.ts';
import { constantUsers, usualSpreadMs } from './constant-users.ts';
import { hold } from './hold.ts';
import { poisson } from './poisson.ts';
import { ramp } from './ramp.ts';
import { rampingArrivalRate } from './ramping-arrival-rate.ts';
import type { Schedule } from './schedule.ts';
import { sessions } from './sessions.ts';
import { simultaneously } from './simultaneously.ts';
import { spike } from './spike.ts';
import { steps } from './steps.ts';
import { number, type Parts, perSecond, timeMs } from './text.ts';

/** What a text leaves out comes from the other settings of the run. */
export interface Defaults {
  readonly users: number;
  readonly durationMs: number;
  /** Between two arrivals; without it, as many come as it takes. */
  readonly everyMs?: number | undefined;
  /** The pause of a user between two calls, as a rule. */
  readonly pauseMs?: number | undefined;
  readonly seed: number | string;
}

interface Form {
  /** The words after the name, in the notation that `pattern` reads and people see in errors. */
  readonly usage: string;
  readonly example: string;
  read(parts: Parts, defaults: Defaults): Schedule;
}

/** Between two arrivals of an arrival rate, where nobody says how many. */
const USUAL_INTERVAL_MS = 100;

const duration = (parts: Parts, defaults: Defaults) => timeMs(parts.for) ?? defaults.durationMs;
const rate = (parts: Parts, defaults: Defaults) =>
  perSecond(parts.rate) ?? 1000 / (defaults.everyMs ?? USUAL_INTERVAL_MS);
const limits = (parts: Parts, defaults: Defaults) => ({
  durationMs: duration(parts, defaults),
  maxUsers: number(parts.max) ?? defaults.users,
});

/** How each kind of schedule is written as a text, and what it becomes. */
export const forms: Record<Schedule['kind'], Form> = {
  sessions: {
    usage: '[every TIME] [for TIME] [max USERS]',
    example: 'sessions every 100ms for 60s max 50',
    read: (parts, defaults) => {
      const everyMs = timeMs(parts.every) ?? defaults.everyMs;
      const durationMs = duration(parts, defaults);
      const atMostUsers = number(parts.max) ?? defaults.users;
      // With no interval, nothing is asked for but the users: they are all reached, and held.
      return everyMs === undefined
        ? hold(atMostUsers, { durationMs })
        : sessions({ everyMs, durationMs, atMostUsers });
    },
  },
  hold: {
    usage: '[USERS] [within TIME] [for TIME]',
    example: 'hold 200 within 30s for 120s',
    read: (parts, defaults) => {
      const openingMs = timeMs(parts.within);
      return hold(number(parts.users) ?? defaults.users, {
        durationMs: duration(parts, defaults),
        ...(openingMs === undefined ? {} : { openingMs }),
      });
    },
  },
  'constant-users': {
    usage: '[USERS] [within TIME] [for TIME]',
    example: 'constant-users 50 for 60s',
    read: (parts, defaults) => {
      const durationMs = duration(parts, defaults);
      const spreadMs = timeMs(parts.within) ?? usualSpreadMs(defaults.pauseMs ?? 0, durationMs);
      return constantUsers(number(parts.users) ?? defaults.users, { durationMs, spreadMs });
    },
  },
  ramp: {
    usage: '[FROM..TO] [for TIME]',
    example: 'ramp 0..50 for 60s',
    read: (parts, defaults) =>
      ramp({
        from: number(parts.from) ?? 0,
        to: number(parts.to) ?? defaults.users,
        durationMs: duration(parts, defaults),
      }),
  },
  steps: {
    usage: 'STAGES',
    example: 'steps 10x20s,30x20s,50x20s',
    read: (parts) =>
      steps(
        (parts.stages ?? '').split(',').map((stage) => {
          const [users, time] = stage.split('x');
          return { users: Number(users), durationMs: timeMs(time) ?? Number.NaN };
        }),
      ),
  },
  spike: {
    usage: 'FROM..TO at TIME for TIME',
    example: 'spike 10..100 at 20s for 10s',
    read: (parts, defaults) => {
      const [beforeMs, spikeMs] = [timeMs(parts.at) ?? 0, timeMs(parts.for) ?? 0];
      const afterMs = defaults.durationMs - beforeMs - spikeMs;
      if (afterMs < 0) {
        const [end, whole] = [(beforeMs + spikeMs) / 1000, defaults.durationMs / 1000];
        throw new UserError(
          `The spike ends after ${end} s, but the run after ${whole} s. Make the run longer.`,
        );
      }
      const [baseUsers, peakUsers] = [Number(parts.from), Number(parts.to)];
      return spike({ baseUsers, peakUsers, beforeMs, spikeMs, afterMs });
    },
  },
  'constant-arrival-rate': {
    usage: '[RATE] [for TIME] [max USERS]',
    example: 'constant-arrival-rate 20/s for 60s max 50',
    read: (parts, defaults) => constantArrivalRate(rate(parts, defaults), limits(parts, defaults)),
  },
  'ramping-arrival-rate': {
    usage: 'FROM..TO/s [for TIME] [max USERS]',
    example: 'ramping-arrival-rate 5..50/s for 60s max 100',
    read: (parts, defaults) =>
      rampingArrivalRate({
        fromPerSecond: Number(parts.from),
        toPerSecond: Number(parts.to),
        ...limits(parts, defaults),
      }),
  },
  poisson: {
    usage: '[RATE] [for TIME] [max USERS]',
    example: 'poisson 20/s for 60s max 50',
    read: (parts, defaults) =>
      poisson(rate(parts, defaults), { ...limits(parts, defaults), seed: defaults.seed }),
  },
  simultaneously: {
    usage: '[USERS]',
    example: 'simultaneously 100',
    read: (parts, defaults) => simultaneously(number(parts.users) ?? defaults.users),
  },
};
