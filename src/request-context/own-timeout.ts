import { systemClock } from '../kernel/clock.ts';
import { LoopBlocks } from '../kernel/loop-blocks.ts';
import { generatorLimits } from '../timings/outcome.ts';
import type { Failure } from './failure.ts';

/** The blocks of the event loop of this process, by `systemClock`. */
export const loopBlocks = new LoopBlocks(() => systemClock.now());

/**
 * The real outcome of a call that failed. If the loop of this process was blocked for at least half of the call, a timeout
 * does not count against the service. Instants are in ms of the clock.
 */
export function unlessOwnTimeout(
  ended: Failure,
  startedAt: number,
  endedAt: number,
  blocks = loopBlocks,
): Failure {
  if (ended.outcome !== 'timeout') return ended;
  // The beat that records the block may be due just after the timer that ended the call.
  blocks.beat();
  if (2 * blocks.between(startedAt, endedAt) < endedAt - startedAt) return ended;
  return { outcome: 'generator limit', cause: generatorLimits.time };
}
