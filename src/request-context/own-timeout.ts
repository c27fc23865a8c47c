import { systemClock } from '../kernel/clock.ts';
import { LoopBlocks } from '../kernel/loop-blocks.ts';
import { generatorLimits, type Outcome } from '../timings/outcome.ts';

/** The blocks of this process's loop, by `systemClock`. */
export const loopBlocks = new LoopBlocks(() => systemClock.now());

interface Ended {
  readonly outcome: Outcome;
  readonly cause: string;
}

/**
 * The real outcome of a call that failed between two instants of the clock, in ms. If the loop of this process was blocked
 * for at least half of the time of the call, the timeout does not count against the service.
 */
export function unlessOwnTimeout(
  ended: Ended,
  startedAt: number,
  endedAt: number,
  blocks = loopBlocks,
): Ended {
  if (ended.outcome !== 'timeout') return ended;
  // The beat that measures the block may be due just after the timer that ended the call.
  blocks.beat();
  if (2 * blocks.between(startedAt, endedAt) < endedAt - startedAt) return ended;
  return { outcome: 'generator limit', cause: generatorLimits.time };
}
