import { assertNever } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import { type Loss, toTransitions } from '../impairment.ts';

/** Decides for one transmission after the other whether it is lost. */
export type LossProcess = () => boolean;

export function lossProcess(loss: Loss, random: Random): LossProcess {
  switch (loss.model) {
    case 'bernoulli': {
      const probability = loss.percent / 100;
      return () => random() < probability;
    }
    case 'gilbert-elliott': {
      const { p: enter, r: leave } = toTransitions(loss);
      // The first transmission comes at a random time of the channel, so that short connections have the same loss.
      let isBad = random() < loss.lossPercent / 100;
      return () => {
        const isLost = isBad;
        isBad = isBad ? random() >= leave : random() < enter;
        return isLost;
      };
    }
    default:
      return assertNever(loss);
  }
}
