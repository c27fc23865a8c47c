import { durationMs } from '../../crowd/schedules/index.ts';
import type { SelfCheckFinding } from '../../crowd/self-check.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';

/** The largest allowed difference between the starts, as a part of the schedule; at least a second. */
const PART_OF_SCHEDULE = 0.05;
const LEAST_BOUND_MS = 1000;

/**
 * The start skew of the machines of a merged crowd, by their wall clocks: they share no barrier. Beyond the limit, the
 * crowd was never as large as its schedule requests. Empty for a crowd of one machine.
 */
export function startSkew({ mergedFrom, schedule }: CrowdEvidence): SelfCheckFinding[] {
  if (mergedFrom === undefined || mergedFrom.of === 1) return [];
  const starts = mergedFrom.parts.flatMap(({ startedAt }) =>
    startedAt === null ? [] : Date.parse(startedAt),
  );
  const value = starts.length === 0 ? 0 : Math.max(...starts) - Math.min(...starts);
  const bound = Math.max(LEAST_BOUND_MS, durationMs(schedule) * PART_OF_SCHEDULE);
  return [
    {
      check: 'start skew of the shards',
      value,
      bound,
      unit: 'ms',
      ok: value <= bound,
      spoils: 'load',
      hint: 'Set START_AT to the same instant on all machines, and synchronise their clocks (NTP).',
    },
  ];
}
