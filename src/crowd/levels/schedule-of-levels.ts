import { arrivalSteps, type Schedule, steps } from '../schedules/index.ts';
import type { LevelKind } from './order.ts';

/** A level as it was hosted, in ms since the start of the crowd. */
interface HostedLevel {
  readonly level: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** A level begins in the middle of a second, and counts from the next one. A rest between two levels takes longer. */
const LONGEST_STEP_MS = 2500;

/**
 * The schedule that a crowd with levels has followed, with its rests. Undefined before the end of the first level.
 * @param bounds the most users at a time, and the seed of the crowd
 */
export function scheduleOfLevels(
  kind: LevelKind,
  levels: readonly HostedLevel[],
  bounds: { readonly maxUsers: number; readonly seed: number | string },
): Schedule | undefined {
  const stages: { level: number; durationMs: number }[] = [];
  let endMs = 0;
  for (const { level, startedAtMs, endedAtMs } of levels) {
    const restMs = Math.round(startedAtMs - endMs);
    if (restMs > LONGEST_STEP_MS) stages.push({ level: 0, durationMs: restMs });
    const fromMs = restMs > LONGEST_STEP_MS ? startedAtMs : endMs;
    const durationMs = Math.round(endedAtMs - fromMs);
    if (durationMs > 0) stages.push({ level, durationMs });
    endMs = endedAtMs;
  }
  if (!stages.some(({ level }) => level > 0)) return undefined;
  if (kind === 'users') return steps(stages.map(({ level, durationMs }) => ({ users: level, durationMs })));
  return arrivalSteps(
    stages.map(({ level, durationMs }) => ({ ratePerSecond: level, durationMs })),
    bounds,
  );
}
