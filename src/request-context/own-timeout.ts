import { systemClock } from '../kernel/clock.ts';
import { LoopBlocks } from '../kernel/loop-blocks.ts';
import { generatorLimits, type Outcome } from '../timings/outcome.ts';

/** Those of this process, by `systemClock`. */
export const loopBlocks = new LoopBlocks(() => systemClock.now());

interface Ended {
  readonly outcome: Outcome;
  readonly cause: string;
}

/**
 * How a call really ended that failed between two instants of the clock, in ms. Where the loop of this process was blocked
 * for most of the time of a call, it may have sent it only at the end: no timeout of the service.
 */
export function unlessOwnTimeout(
  ended: Ended,
  startedAt: number,
  endedAt: number,
  blocks = loopBlocks,
): Ended {
  if (ended.outcome !== 'timeout') return ended;
  // The beat that tells of the block may be due just after the timer that ended the call.
  blocks.beat();
  if (2 * blocks.between(startedAt, endedAt) < endedAt - startedAt) return ended;
  return { outcome: 'generator limit', cause: generatorLimits.time };
}
