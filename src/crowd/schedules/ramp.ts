import { brokenRules, duration, refuse, usersOrNone } from './rules.ts';
import type { Segment } from './segments.ts';
import type { Share } from './share.ts';
import { count, span } from './wording.ts';

/** The number of users moves in a straight line. */
export interface Ramp {
  readonly kind: 'ramp';
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
  readonly share?: Share;
}

export function ramp(settings: { from: number; to: number; durationMs: number }): Ramp {
  const rules = { from: usersOrNone, to: usersOrNone, durationMs: duration };
  const mistakes = brokenRules(settings, rules);
  const { from, to, durationMs } = settings;
  if (from === 0 && to === 0) mistakes.push('from and to are both 0');
  refuse('ramp', mistakes);
  return { kind: 'ramp', from, to, durationMs };
}

export function rampSegments({ from, to, durationMs }: Ramp): Segment[] {
  return [{ from, to, durationMs }];
}

export function describeRamp({ from, to, durationMs }: Ramp): string {
  return `From ${from} to ${count(to, 'user')} over ${span(durationMs)}; participants that leave are replaced.`;
}
