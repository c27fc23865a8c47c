import type { Capacity } from '../../capacity/evidence.ts';
import { scheduleOfLevels } from '../../crowd/levels/schedule-of-levels.ts';
import { peakUsers, type Schedule } from '../../crowd/schedules/index.ts';
import { writeRunFile } from '../../run/run-folder.ts';
import { type CrowdFile, capacityFile } from './crowd-evidence.ts';
import { jsonText } from './json-text.ts';

/** Saves a capacity search beside its crowd: after each level, and with its answer. Returns the path. */
export function keepCapacity(runId: string, crowd: string, capacity: Capacity): Promise<string> {
  return writeRunFile(runId, capacityFile(crowd), jsonText(capacity));
}

/** The schedule that the crowd of a search has followed. Undefined if no level has ended. */
export function scheduleOfSearch(
  { axis, levels }: Capacity,
  { schedule, facts }: Pick<CrowdFile, 'schedule' | 'facts'>,
): Schedule | undefined {
  return scheduleOfLevels(axis === 'arrivals' ? 'arrivals' : 'users', levels, {
    maxUsers: peakUsers(schedule),
    seed: facts.seed,
  });
}
