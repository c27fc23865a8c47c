import { durationOf } from './defaults.ts';
import type { ClosedKind, ScheduleData } from './kind.ts';
import { brokenRules, duration, refuse, usersOrNone } from './rules.ts';
import { number } from './text.ts';
import { count, span } from './wording.ts';

/** The number of users changes linearly. */
export interface Ramp extends ScheduleData {
  readonly kind: 'ramp';
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
}

export function ramp(settings: { from: number; to: number; durationMs: number }): Ramp {
  const mistakes = brokenRules(settings, { from: usersOrNone, to: usersOrNone, durationMs: duration });
  if (settings.from === 0 && settings.to === 0) mistakes.push('from and to are both 0');
  refuse('ramp', mistakes);
  return { kind: 'ramp', ...settings };
}

export const rampKind: ClosedKind<Ramp> = {
  kind: 'ramp',
  isOpen: false,
  usage: '[FROM..TO] [for TIME]',
  example: 'ramp 0..50 for 60s',
  parse: (parts, defaults) =>
    ramp({
      from: number(parts.from) ?? 0,
      to: number(parts.to) ?? defaults.users,
      durationMs: durationOf(parts, defaults),
    }),
  describe: ({ from, to, durationMs }) =>
    `From ${from} to ${count(to, 'user')} over ${span(durationMs)}; participants that leave are replaced.`,
  segments: ({ from, to, durationMs }) => [{ from, to, durationMs }],
};
