import { type Limits, limitsOf } from '../../capacity/limits.ts';
import type { SearchOptions } from '../../capacity/search.ts';
import type { Run } from '../../config/environment.ts';
import type { Settings } from '../../config/read-settings.ts';
import { mostParticipants } from '../../crowd/reach.ts';
import { UserError } from '../../kernel/errors.ts';
import { counted } from '../../kernel/figures.ts';
import { highestLevel } from '../../run/search-settings.ts';
import { parseTargets, splitTargets } from '../../targets/parse.ts';
import type { Target } from '../../targets/target.ts';

/** Without CAPACITY_LIMIT, and if the user has set no target that can judge a level. */
const USUAL_LIMITS = 'latency p95 < 500 ms; error rate < 1 %';

type SearchSettings = Pick<
  Settings,
  | 'CAPACITY_OF'
  | 'CAPACITY_LIMIT'
  | 'CAPACITY_WITHIN'
  | 'CAPACITY_FOR'
  | 'CAPACITY_AT_MOST'
  | 'CAPACITY_AT_LEAST'
  | 'MEETING_SIZE'
  | 'targets'
>;

interface Bounds {
  /** The number of users in the contract; undefined if it can make any number. */
  readonly accounts: number | undefined;
  readonly run: Pick<Run, 'workers' | 'shard'>;
  /** Whether the user has set targets. Those of a load without any have percentiles that need many calls. */
  readonly hasOwnTargets: boolean;
}

/** The options of a search, from the settings of its run. @throws {UserError} if no limit can judge a level */
export function searchOptions(settings: SearchSettings, bounds: Bounds): SearchOptions {
  const { accounts, run, hasOwnTargets } = bounds;
  const { CAPACITY_OF: axis, CAPACITY_FOR: forMs } = settings;
  const most = highestLevel(settings);
  const fitting = axis === 'arrivals' || accounts === undefined ? undefined : mostParticipants(accounts, run);
  const isShort = fitting !== undefined && fitting < most;
  return {
    axis,
    ...limitsIn(settings, hasOwnTargets),
    withinPercent: settings.CAPACITY_WITHIN,
    forMs,
    atMost: isShort ? fitting : most,
    atMostReason: isShort ? `the contract has ${counted(accounts!, 'user')}` : reasonOf(settings, most),
    atLeast: settings.CAPACITY_AT_LEAST ?? null,
  };
}

function reasonOf({ CAPACITY_OF, CAPACITY_AT_MOST, MEETING_SIZE }: SearchSettings, most: number): string {
  if (CAPACITY_OF === 'meeting-size' && most === MEETING_SIZE - 1)
    return `MEETING_SIZE=${MEETING_SIZE}, and the host is one member`;
  return CAPACITY_AT_MOST === undefined ? 'set CAPACITY_AT_MOST to try more' : 'CAPACITY_AT_MOST';
}

function limitsIn({ CAPACITY_LIMIT, targets }: SearchSettings, hasOwnTargets: boolean): Limits {
  if (CAPACITY_LIMIT !== undefined) {
    const found = callLimits(read(CAPACITY_LIMIT));
    if (found.limits.length > 0) return found;
    throw new UserError(`CAPACITY_LIMIT: no limit can judge a level. ${found.leftOut.join('. ')}.`);
  }
  const own = hasOwnTargets ? callLimits(targets) : { limits: [], leftOut: [] };
  return own.limits.length > 0 ? own : { ...own, limits: limitsOf(read(USUAL_LIMITS)).limits };
}

/** The limits for calls of participants without a browser. */
function callLimits(targets: readonly Target[]): Limits {
  const isOfPages = ({ operation }: Target) => operation?.startsWith('page.') === true;
  const { limits, leftOut } = limitsOf(targets.filter((target) => !isOfPages(target)));
  const ofPages = targets.filter(isOfPages).map(({ text }) => `${text}: no browser takes part in a search`);
  return { limits, leftOut: [...leftOut, ...ofPages] };
}

function read(text: string): Target[] {
  return parseTargets(splitTargets(text));
}
