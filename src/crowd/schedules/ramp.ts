import { durationOf } from './defaults.ts';
import type { ClosedKind } from './kind.ts';
import { brokenRules, duration, refuse, usersOrNone } from './rules.ts';
import type { Slice } from './slice.ts';
import { number } from './text.ts';
import { count, span } from './wording.ts';

/** The number of users changes linearly. */
export interface Ramp {
  readonly kind: 'ramp';
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
  readonly slice?: Slice;
}

export function ramp(settings: { from: number; to: number; durationMs: number }): Ramp {
  const rules = { from: usersOrNone, to: usersOrNone, durationMs: duration };
  const mistakes = brokenRules(settings, rules);
  const { from, to, durationMs } = settings;
  if (from === 0 && to === 0) mistakes.push('from and to are both 0');
  refuse('ramp', mistakes);
  return { kind: 'ramp', from, to, durationMs };
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
