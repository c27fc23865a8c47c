import { brokenRules, duration, interval, refuse, users } from './rules.ts';
import type { Share } from './share.ts';
import { cap, span } from './wording.ts';

/**
 * One session starts every `everyMs`. An arrival that finds the crowd full is turned away by design: it is
 * counted, but neither the service nor the generator is to blame.
 */
export interface Sessions {
  readonly kind: 'sessions';
  readonly everyMs: number;
  readonly durationMs: number;
  readonly atMostUsers: number;
  readonly share?: Share;
}

export function sessions(settings: { everyMs: number; durationMs: number; atMostUsers: number }): Sessions {
  const rules = { everyMs: interval, durationMs: duration, atMostUsers: users };
  refuse('sessions', brokenRules(settings, rules));
  const { everyMs, durationMs, atMostUsers } = settings;
  return { kind: 'sessions', everyMs, durationMs, atMostUsers };
}

export function* sessionsDue({ everyMs, durationMs }: Sessions): Generator<number, void> {
  for (let index = 0; index * everyMs < durationMs; index++) yield index * everyMs;
}

export function describeSessions({ everyMs, durationMs, atMostUsers }: Sessions): string {
  return `One session every ${span(everyMs)} for ${span(durationMs)}, ${cap(atMostUsers)}.`;
}
