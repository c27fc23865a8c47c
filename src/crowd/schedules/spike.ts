import { brokenRules, duration, durationOrNone, refuse, tooLong, users, usersOrNone } from './rules.ts';
import type { Segment } from './segments.ts';
import type { Share } from './share.ts';
import { count, span } from './wording.ts';

/** A steady crowd, a sudden larger one, and the steady one again, to see whether the service recovers. */
export interface Spike {
  readonly kind: 'spike';
  readonly baseUsers: number;
  readonly peakUsers: number;
  readonly beforeMs: number;
  readonly spikeMs: number;
  readonly afterMs: number;
  readonly share?: Share;
}

type Settings = Omit<Spike, 'kind' | 'share'>;

export function spike(settings: Settings): Spike {
  const mistakes = brokenRules(settings, {
    baseUsers: usersOrNone,
    peakUsers: users,
    beforeMs: durationOrNone,
    spikeMs: duration,
    afterMs: durationOrNone,
  });
  const { baseUsers, peakUsers, beforeMs, spikeMs, afterMs } = settings;
  if (peakUsers <= baseUsers) {
    mistakes.push(`peakUsers is ${peakUsers}, but must be above baseUsers, which is ${baseUsers}`);
  }
  mistakes.push(...tooLong(beforeMs + spikeMs + afterMs));
  refuse('spike', mistakes);
  return { kind: 'spike', baseUsers, peakUsers, beforeMs, spikeMs, afterMs };
}

export function spikeSegments({ baseUsers, peakUsers, beforeMs, spikeMs, afterMs }: Spike): Segment[] {
  return [
    { from: baseUsers, to: baseUsers, durationMs: beforeMs },
    { from: peakUsers, to: peakUsers, durationMs: spikeMs },
    { from: baseUsers, to: baseUsers, durationMs: afterMs },
  ];
}

export function describeSpike({ baseUsers, peakUsers, beforeMs, spikeMs, afterMs }: Spike): string {
  const total = span(beforeMs + spikeMs + afterMs);
  const burst = `${peakUsers} of them for ${span(spikeMs)} after ${span(beforeMs)}`;
  return `${count(baseUsers, 'user')} for ${total}, but ${burst}; participants that leave are replaced.`;
}
