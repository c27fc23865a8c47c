import { durationOf } from './defaults.ts';
import { type Hold, hold } from './hold.ts';
import type { OpenKind, ScheduleData } from './kind.ts';
import { brokenRules, duration, interval, refuse, users } from './rules.ts';
import { number, timeMs } from './text.ts';
import { cap, span } from './wording.ts';

/**
 * One session starts every `everyMs`. An arrival while all users are active is rejected by design: it is counted, but
 * it is a failure of neither the service nor the generator.
 */
export interface Sessions extends ScheduleData {
  readonly kind: 'sessions';
  readonly everyMs: number;
  readonly durationMs: number;
  readonly atMostUsers: number;
}

export function sessions(settings: { everyMs: number; durationMs: number; atMostUsers: number }): Sessions {
  const rules = { everyMs: interval, durationMs: duration, atMostUsers: users };
  refuse('sessions', brokenRules(settings, rules));
  return { kind: 'sessions', ...settings };
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
