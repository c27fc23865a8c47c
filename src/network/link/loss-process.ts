import { assertNever } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { Loss } from './impairment.ts';

/** Decides for one transmission after the other whether it is lost. */
export type LossProcess = () => boolean;

export function lossProcess(loss: Loss, random: Random): LossProcess {
  switch (loss.model) {
    case 'bernoulli': {
      const probability = loss.percent / 100;
      return () => random() < probability;
    }
    case 'gilbert-elliott': {
      const { enter, leave } = transitions(loss);
      // The first one comes at a random moment of the channel's life, so that short connections lose as much.
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

/**
 * Gilbert–Elliott with loss 1 in the bad state and 0 in the good one, from the long-run loss L and the mean burst B:
 * leave = 1/B, enter = L / (B (1 − L)).
 */
export function transitions({ lossPercent, meanBurst }: Loss & { model: 'gilbert-elliott' }) {
  const share = lossPercent / 100;
  return { enter: share / (meanBurst * (1 - share)), leave: 1 / meanBurst };
}
