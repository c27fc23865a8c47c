import type { CapacityAnswer, Level } from './evidence.ts';
import { leadsUp } from './level.ts';
import type { SearchOptions } from './search-options.ts';
import { hasTooFewCalls } from './shares.ts';

export interface Plan {
  readonly level: number;
  readonly purpose: Level['purpose'];
}

export type Next =
  | { readonly kind: 'level'; readonly plan: Plan }
  | { readonly kind: 'end'; readonly endedBy: CapacityAnswer['endedBy'] };

/** A refused winner steps down by this part. */
const STEP_DOWN = 0.05;

/** Levels without a call that a limit is about: an operation may be too rare for the first one. */
const UNJUDGED = 3;

/** By chance, one bisection in eight goes up three times. */
const RISES = 3;

/**
 * The time that is kept for the confirmation, beside the time to settle: everyone leaves and arrives again, and the level
 * is judged for 108 s. Of a short search, half of its time.
 */
const CONFIRMATION_MS = 140_000;
const SHORTEST_SETTLING_MS = 10_000;

const level = (value: number, purpose: Level['purpose']): Next => ({
  kind: 'level',
  plan: { level: value, purpose },
});
const end = (endedBy: CapacityAnswer['endedBy']): Next => ({ kind: 'end', endedBy });

/**
 * The level after the last one: double until one does not hold, bisect until the levels are near to each other, confirm
 * the highest that held, and step down while it is refused.
 * @param atMs now, since the start of the search
 */
export function nextAfter(levels: readonly Level[], options: SearchOptions, atMs: number): Next {
  const last = levels.at(-1)!;
  if (isConfirmation(last)) return afterConfirmation(levels, options);
  if (isUnjudged(levels)) return end('time');
  const { low, high } = boundsOf(levels);
  const isLate = options.forMs - atMs < Math.min(confirmationMs(levels), options.forMs / 2);
  if (low !== undefined && (isLate || low === options.atMost)) return level(low, 'confirm');
  if (high === undefined)
    return level(Math.min((low ?? last.level) * 2, options.atMost ?? Number.POSITIVE_INFINITY), 'double');
  if (low === undefined) return high <= 1 ? end('nothing holds') : level(Math.floor(high / 2), 'bisect');
  if (isNear(low, high, options))
    return isDoubtful(levels, high) ? level(high, 'bisect') : level(low, 'confirm');
  return level(between(low, high), 'bisect');
}

function afterConfirmation(levels: readonly Level[], options: SearchOptions): Next {
  const last = levels.at(-1)!;
  if (last.verdict === 'holds') return end(reasonAbove(levels, last.level, options));
  // Fewer users make even fewer calls.
  if (last.verdict === 'undecided' && hasTooFewCalls(last)) return end('time');
  if (last.level <= 1) return end('nothing holds');
  return level(Math.max(1, Math.min(last.level - 1, Math.floor(last.level * (1 - STEP_DOWN)))), 'step down');
}

/** Whether the level was judged for the longer time, which a promise needs. */
export function isConfirmation({ purpose }: Level): boolean {
  return purpose === 'confirm' || purpose === 'step down';
}

/** As the last levels took to settle; a level that begins with no one may take half as much longer. */
function confirmationMs(levels: readonly Level[]): number {
  const settling = levels.slice(-3).map((one) => (one.judgedFromMs ?? one.endedAtMs) - one.startedAtMs);
  return CONFIRMATION_MS + Math.max(SHORTEST_SETTLING_MS, 1.5 * Math.max(...settling));
}

/** Whether a limit is about calls that never end, such as those of a misspelled operation: more load would not help. */
function isUnjudged(levels: readonly Level[]): boolean {
  return levels.length >= UNJUDGED && levels.every(({ limits }) => limits.some(({ of }) => of === 0));
}

/**
 * Whether a level above was tried once, and may have been refused by chance: all levels since then held, so the service may
 * have been slow for a while; or the generator was its limit, and not that of a higher level.
 */
function isDoubtful(levels: readonly Level[], high: number): boolean {
  const index = levels.findIndex((one) => one.level === high);
  const since = levels.slice(index + 1);
  if (since.some((one) => one.level === high)) return false;
  if (since.length >= RISES && since.every(leadsUp)) return true;
  return levels[index]?.verdict === 'generator' && levels.some((one) => one.level > high && isBroken(one));
}

function isBroken({ verdict }: Level): boolean {
  return verdict === 'breaks';
}

/** What keeps the capacity from being higher than the confirmed level. */
function reasonAbove(
  levels: readonly Level[],
  holds: number,
  { atMost, withinPercent }: SearchOptions,
): CapacityAnswer['endedBy'] {
  // A winner that a longer test refused does not lead up, whatever its share.
  const above = latestOf(levels).filter((one) => one.level > holds && (isConfirmation(one) || !leadsUp(one)));
  const [lowest] = above.sort((one, other) => one.level - other.level);
  if (lowest === undefined) return holds === atMost ? 'at most' : 'time';
  const gap = Math.max(withinPercent / 100, STEP_DOWN) * lowest.level;
  const broken = above.find(isBroken);
  // A level between both that the generator limited does not matter if they are near to each other.
  if (lowest.verdict === 'generator' && !(broken && broken.level - holds <= 2 * gap)) return 'generator';
  // Levels are whole numbers, so a step down may be larger by 1.
  return lowest.level - holds <= gap + 1 ? 'found' : 'time';
}

/** The highest level below all that do not hold, and the lowest of these. */
function boundsOf(levels: readonly Level[]): { low: number | undefined; high: number | undefined } {
  const latest = latestOf(levels);
  const high = lowestOf(latest.filter((one) => !leadsUp(one)));
  const below = latest.filter((one) => leadsUp(one) && (high === undefined || one.level < high));
  const low = below.length === 0 ? undefined : Math.max(...below.map((one) => one.level));
  return { low, high };
}

/** Each level as it was judged the last time. */
export function latestOf(levels: readonly Level[]): Level[] {
  return [...new Map(levels.map((one) => [one.level, one])).values()];
}

function lowestOf(levels: readonly Level[]): number | undefined {
  return levels.length === 0 ? undefined : Math.min(...levels.map((one) => one.level));
}

function isNear(low: number, high: number, { withinPercent }: SearchOptions): boolean {
  return high - low <= Math.max(1, (withinPercent / 100) * high);
}

/** The geometric mean, which halves the ratio of both; always strictly between them. */
function between(low: number, high: number): number {
  return Math.min(high - 1, Math.max(low + 1, Math.round(Math.sqrt(low * high))));
}
