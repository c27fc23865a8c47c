import { durationOf } from '../../src/crowd/schedules/defaults.ts';
import type { ClosedKind } from '../../src/crowd/schedules/kind.ts';
import { brokenRules, duration, refuse, users } from '../../src/crowd/schedules/rules.ts';
import type { Slice } from '../../src/crowd/schedules/slice.ts';
import { timeMs } from '../../src/crowd/schedules/text.ts';
import { count, span } from '../../src/crowd/schedules/wording.ts';

/** The number of users goes up and down again, in waves of the same length. */
interface Waves {
  readonly kind: 'waves';
  readonly low: number;
  readonly high: number;
  readonly everyMs: number;
  readonly durationMs: number;
  readonly slice?: Slice;
}

export const wavesKind: ClosedKind<Waves> = {
  kind: 'waves',
  isOpen: false,
  usage: 'FROM..TO every TIME [for TIME]',
  example: 'waves 10..50 every 20s for 120s',
  parse(parts, defaults) {
    const waves = {
      low: Number(parts.from),
      high: Number(parts.to),
      everyMs: timeMs(parts.every) ?? Number.NaN,
      durationMs: durationOf(parts, defaults),
    };
    const rules = { low: users, high: users, everyMs: duration, durationMs: duration };
    refuse('waves', brokenRules(waves, rules));
    return { kind: 'waves', ...waves };
  },
  describe: ({ low, high, everyMs, durationMs }) =>
    `From ${low} to ${count(high, 'user')} and back every ${span(everyMs)}, for ${span(durationMs)}; participants that leave are replaced.`,
  segments({ low, high, everyMs, durationMs }) {
    const half = everyMs / 2;
    const waves = Array.from({ length: Math.max(1, Math.round(durationMs / everyMs)) }, () => [
      { from: low, to: high, durationMs: half },
      { from: high, to: low, durationMs: half },
    ]);
    return waves.flat();
  },
};
