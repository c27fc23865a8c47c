import { UserError } from '../../kernel/errors.ts';
import type { ClosedKind, ScheduleData } from './kind.ts';
import { brokenRules, duration, durationOrNone, refuse, tooLong, users, usersOrNone } from './rules.ts';
import { timeMs } from './text.ts';
import { count, span } from './wording.ts';

/** A steady crowd, a sudden larger one, and the steady one again, to see whether the service recovers. */
export interface Spike extends ScheduleData {
  readonly kind: 'spike';
  readonly baseUsers: number;
  readonly peakUsers: number;
  readonly beforeMs: number;
  readonly spikeMs: number;
  readonly afterMs: number;
}

type Settings = Omit<Spike, keyof ScheduleData>;

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
  return { kind: 'spike', ...settings };
}

export const spikeKind: ClosedKind<Spike> = {
  kind: 'spike',
  isOpen: false,
  usage: 'FROM..TO at TIME for TIME',
  example: 'spike 10..100 at 20s for 10s',
  parse(parts, defaults) {
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
  describe({ baseUsers, peakUsers, beforeMs, spikeMs, afterMs }) {
    const total = span(beforeMs + spikeMs + afterMs);
    const burst = `${peakUsers} of them for ${span(spikeMs)} after ${span(beforeMs)}`;
    return `${count(baseUsers, 'user')} for ${total}, but ${burst}; participants that leave are replaced.`;
  },
  segments: ({ baseUsers, peakUsers, beforeMs, spikeMs, afterMs }) => [
    { from: baseUsers, to: baseUsers, durationMs: beforeMs },
    { from: peakUsers, to: peakUsers, durationMs: spikeMs },
    { from: baseUsers, to: baseUsers, durationMs: afterMs },
  ],
};
