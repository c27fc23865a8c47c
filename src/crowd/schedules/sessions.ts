import { durationOf } from './defaults.ts';
import { type Hold, hold } from './hold.ts';
import type { OpenKind } from './kind.ts';
import { brokenRules, duration, interval, refuse, users } from './rules.ts';
import type { Slice } from './slice.ts';
import { number, timeMs } from './text.ts';
import { cap, span } from './wording.ts';

/**
 * One session starts every `everyMs`. An arrival that finds all users active is rejected by design: it is counted, but
 * neither the service nor the generator is to blame.
 */
export interface Sessions {
  readonly kind: 'sessions';
  readonly everyMs: number;
  readonly durationMs: number;
  readonly atMostUsers: number;
  readonly slice?: Slice;
}

export function sessions(settings: { everyMs: number; durationMs: number; atMostUsers: number }): Sessions {
  const rules = { everyMs: interval, durationMs: duration, atMostUsers: users };
  refuse('sessions', brokenRules(settings, rules));
  const { everyMs, durationMs, atMostUsers } = settings;
  return { kind: 'sessions', everyMs, durationMs, atMostUsers };
}

export const sessionsKind: OpenKind<Sessions, Sessions | Hold> = {
  kind: 'sessions',
  isOpen: true,
  requests: 'users',
  whenFull: 'rejected',
  usage: '[every TIME] [for TIME] [max USERS]',
  example: 'sessions every 100ms for 60s max 50',
  parse(parts, defaults) {
    const everyMs = timeMs(parts.every) ?? defaults.everyMs;
    const durationMs = durationOf(parts, defaults);
    const atMostUsers = number(parts.max) ?? defaults.users;
    // Without an interval, only the users are requested: they all arrive and stay.
    return everyMs === undefined
      ? hold(atMostUsers, { durationMs })
      : sessions({ everyMs, durationMs, atMostUsers });
  },
  describe: ({ everyMs, durationMs, atMostUsers }) =>
    `One session every ${span(everyMs)} for ${span(durationMs)}, ${cap(atMostUsers)}.`,
  *due({ everyMs, durationMs }) {
    for (let index = 0; index * everyMs < durationMs; index++) yield index * everyMs;
  },
  peak: ({ atMostUsers }) => atMostUsers,
  durationMs: ({ durationMs }) => durationMs,
};
