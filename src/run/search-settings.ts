import { crowdPhaseOf, currentRun } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import type { LevelKind } from '../crowd/levels/order.ts';
import { arrivalSteps, hold, type Schedule } from '../crowd/schedules/index.ts';

/**
 * The highest level without CAPACITY_AT_MOST. One address of this machine has ports for this number of participants (see
 * `crowd/source-addresses.ts`); and faster arrivals need several machines.
 */
const MOST = 10_000;

/** Whether this run searches for a capacity. */
export function isSearch(run = currentRun()): boolean {
  return run !== undefined && crowdPhaseOf(run) === 'capacity';
}

/** The kind of the levels of a capacity search; undefined in other runs. */
export function levelKind({ CAPACITY_OF }: Pick<Settings, 'CAPACITY_OF'>): LevelKind | undefined {
  if (!isSearch()) return undefined;
  return CAPACITY_OF === 'arrivals' ? 'arrivals' : 'users';
}

/**
 * The settings of the crowd of a capacity search. Its schedule has only the bounds, because the levels are decided during
 * the run. Its targets are limits of each level: a level that breaks misses them by design. Browsers take no part, because
 * their pages need more of this machine than a thousand participants.
 */
export function searchSettings(settings: Settings): Settings {
  return { ...settings, schedule: boundsOf(settings), targets: [], BROWSER_USERS: 0 };
}

/** The settings of the smallest crowd of a search, which must fit: the search finds out what else does. */
export function leastOf(settings: Settings): Settings {
  return { ...searchSettings(settings), schedule: hold(1, { durationMs: settings.CAPACITY_FOR }) };
}

/** The highest level that a search may try. One user of a meeting is its host. */
export function highestLevel({
  CAPACITY_OF,
  CAPACITY_AT_MOST,
  MEETING_SIZE,
}: Pick<Settings, 'CAPACITY_OF' | 'CAPACITY_AT_MOST' | 'MEETING_SIZE'>): number {
  const most = CAPACITY_AT_MOST ?? MOST;
  return CAPACITY_OF === 'meeting-size' ? Math.min(most, MEETING_SIZE - 1) : most;
}

function boundsOf(settings: Settings): Schedule {
  const { CAPACITY_OF, CAPACITY_FOR: durationMs, SEED: seed } = settings;
  const most = highestLevel(settings);
  if (CAPACITY_OF !== 'arrivals') return hold(most, { durationMs });
  return arrivalSteps([{ ratePerSecond: most, durationMs }], { maxUsers: MOST, seed });
}
