import { seeded } from '../../kernel/random.ts';
import { usersOf } from './defaults.ts';
import type { OpenKind, ScheduleData } from './kind.ts';
import { brokenRules, duration, rateOrNone, refuse, tooLong, users } from './rules.ts';
import { number, perSecond, timeMs } from './text.ts';
import { cap, count, span } from './wording.ts';

interface Stage {
  readonly ratePerSecond: number;
  readonly durationMs: number;
}

/**
 * One rate of independent arrivals (Poisson) after the other. The same seed gives the same arrivals. While `maxUsers`
 * users are active, arrivals are dropped.
 */
export interface ArrivalSteps extends ScheduleData {
  readonly kind: 'arrival-steps';
  readonly stages: readonly Stage[];
  readonly maxUsers: number;
  readonly seed: number | string;
}

export function arrivalSteps(
  stages: readonly Stage[],
  { maxUsers, seed }: { maxUsers: number; seed: number | string },
): ArrivalSteps {
  const mistakes = stages.flatMap((stage, index) =>
    brokenRules({ ...stage }, { ratePerSecond: rateOrNone, durationMs: duration }).map(
      (mistake) => `stage ${index + 1}: ${mistake}`,
    ),
  );
  if (stages.length === 0) mistakes.push('stages is empty, but must hold one stage or more');
  else if (stages.every(({ ratePerSecond }) => ratePerSecond === 0))
    mistakes.push('every stage has 0 arrivals');
  mistakes.push(...tooLong(durationOf(stages)), ...brokenRules({ maxUsers }, { maxUsers: users }));
  refuse('arrival-steps', mistakes);
  return {
    kind: 'arrival-steps',
    stages: stages.map(({ ratePerSecond, durationMs }) => ({ ratePerSecond, durationMs })),
    maxUsers,
    seed,
  };
}

export const arrivalStepsKind: OpenKind<ArrivalSteps> = {
  kind: 'arrival-steps',
  isOpen: true,
  requests: 'arrivals',
  whenFull: 'dropped',
  usage: 'RATES [max USERS]',
  example: 'arrival-steps 10/sx20s,20/sx20s max 100',
  parse: (parts, defaults) =>
    arrivalSteps(
      (parts.rates ?? '').split(',').map((stage) => {
        const [rate, time] = stage.split('x');
        return { ratePerSecond: perSecond(rate) ?? Number.NaN, durationMs: timeMs(time) ?? Number.NaN };
      }),
      { maxUsers: number(parts.max) ?? usersOf(parts, defaults), seed: defaults.seed },
    ),
  describe({ stages, maxUsers, seed }) {
    const parts = stages.map(
      ({ ratePerSecond, durationMs }) =>
        `${count(ratePerSecond, 'arrival')} per second for ${span(durationMs)}`,
    );
    return `${parts.join(', then ')}, on average (Poisson, seed ${seed}), ${cap(maxUsers)}.`;
  },
  /** Arrivals of unit rate, stretched: arrival i is due when the integral of the rate reaches the i-th of them. */
  *due({ stages, seed }) {
    const random = seeded(seed, 'arrivals');
    // 1 − u is in (0, 1], so its logarithm is finite.
    const gap = () => -Math.log(1 - random());
    let [startMs, left] = [0, gap()];
    for (const { ratePerSecond, durationMs } of stages) {
      const perMs = ratePerSecond / 1000;
      let usedMs = 0;
      while (perMs > 0 && usedMs + left / perMs < durationMs) {
        usedMs += left / perMs;
        yield startMs + usedMs;
        left = gap();
      }
      left -= (durationMs - usedMs) * perMs;
      startMs += durationMs;
    }
  },
  peak: ({ maxUsers }) => maxUsers,
  durationMs: ({ stages }) => durationOf(stages),
};

function durationOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
}
