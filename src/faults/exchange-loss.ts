import type { Clock } from '../kernel/clock.ts';
import { counted } from '../kernel/figures.ts';
import { seeded } from '../kernel/random.ts';
import { LossyContext } from '../request-context/lossy-context.ts';
import type { LossLayer } from './loss-layer.ts';

export interface ExchangeLossOptions {
  readonly seed: number;
  readonly clock: Clock;
  /** How long a participant waits for a lost answer. */
  readonly timeoutMs: number;
  /** The most calls for one operation. */
  readonly attempts: number;
}

/** Whole HTTP exchanges disappear: half of them before they reach the service, half after it carried them out. */
export function exchangeLoss({ seed, clock, timeoutMs, attempts }: ExchangeLossOptions): LossLayer {
  return {
    name: 'application',
    unit: 'HTTP exchanges',
    // A lost exchange stays lost.
    catchesUpAtOnce: false,
    expectedShare: (lossPercent) => 1 - (lossPercent / 100) ** attempts,
    async open(name) {
      const contexts: LossyContext[] = [];
      const sum = (count: 'exchanges' | 'lostRequests' | 'lostAnswers') =>
        contexts.reduce((total, context) => total + context.counts[count], 0);
      return {
        wrap(number, context) {
          const random = seeded(seed, 'exchange loss', name, number);
          const lossy = new LossyContext(context, { random, clock, timeoutMs });
          contexts.push(lossy);
          return lossy;
        },
        async lose(percent) {
          for (const context of contexts) context.lose(percent);
        },
        async heal() {
          for (const context of contexts) context.heal();
        },
        async counts() {
          const [of, requests, answers] = [sum('exchanges'), sum('lostRequests'), sum('lostAnswers')];
          return {
            lost: requests + answers,
            of,
            parts: `${counted(requests, 'request')}, ${counted(answers, 'answer')}`,
          };
        },
      };
    },
  };
}
