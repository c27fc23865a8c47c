import { assertNever } from '../kernel/errors.ts';
import type { Level } from './evidence.ts';
import { type Growth, growthOf } from './growth.ts';
import { type Found, levelOf } from './level-figures.ts';
import * as message from './level-message.ts';
import { limitedBy } from './limited-by.ts';
import type { OpenLevel } from './open-level.ts';
import type { Second } from './second.ts';
import { arrivedAt, settledFrom, WINDOW_S } from './settle.ts';
import { FINAL, type JudgedShare, sharesOf } from './shares.ts';

/** How long a settled level is judged, in windows of 3 s: at least, at most, and at most while it has too few calls. */
const LENGTHS: Readonly<Record<Level['purpose'], { least: number; most: number; patient: number }>> = {
  double: { least: 5, most: 8, patient: 8 },
  bisect: { least: 5, most: 10, patient: 10 },
  confirm: { least: 36, most: 44, patient: 60 },
  'step down': { least: 36, most: 44, patient: 60 },
};

/** A clear break needs no more windows than these. */
const FEWEST_WINDOWS = 3;
/** The tail of an interval that is looked at every 3 s; `FINAL` is of one that is looked at for the last time. */
const EARLY = 0.005;

/**
 * Judges a level after each of its seconds. First it settles; then batch means decide as soon as they are clear.
 *
 * @param seconds all seconds of the level, from its start
 * @param isLast whether no second will follow: the level is judged by what there is
 * @returns undefined as long as more seconds are needed
 */
export function judgeLevel(open: OpenLevel, seconds: readonly Second[], isLast = false): Level | undefined {
  const arrived = arrivedAt(open.axis, open.level, seconds);
  const settled = arrived === undefined ? undefined : settledFrom(open, seconds, arrived);
  if (arrived === undefined || settled === undefined) {
    const broken = arrived === undefined ? undefined : brokenAtOnce(open, seconds.slice(arrived));
    if (broken) return levelOf(open, seconds, { ...broken, from: null, growth: null });
    const unsettled = { verdict: 'undecided', message: message.unsettled, from: null, growth: null } as const;
    return isLast ? levelOf(open, seconds, unsettled) : undefined;
  }
  const judged = seconds.slice(settled.from);
  if (judged.length % WINDOW_S !== 0 && !isLast) return undefined;
  // A trend that never ended is a part of the judgement.
  const growth = growthOf(settled.isForced ? seconds.slice(arrived) : judged);
  const found = decide(open, judged, growth, isLast);
  return found && levelOf(open, seconds, { ...found, from: settled.from, growth });
}

/** A level far above the capacity never settles: its queue grows. Two windows without an improvement are enough. */
function brokenAtOnce({ limits }: OpenLevel, seconds: readonly Second[]): Found | undefined {
  const windows = Math.floor(seconds.length / WINDOW_S);
  if (windows < FEWEST_WINDOWS + 1 || seconds.length % WINDOW_S !== 0) return undefined;
  const latest = seconds.slice(-FEWEST_WINDOWS * WINDOW_S);
  const [share] = sharesOf(latest, limits, EARLY);
  if (!share?.breaks) return undefined;
  const [first] = sharesOf(latest.slice(0, WINDOW_S * 2), limits, EARLY);
  const isBetter = (share.judged.share ?? 0) > (first?.judged.share ?? 0) + 0.02;
  return isBetter ? undefined : { verdict: 'breaks', message: message.breaks(share) };
}

function decide(
  open: OpenLevel,
  judged: readonly Second[],
  growth: Growth | null,
  isLast: boolean,
): Found | undefined {
  const windows = Math.floor(judged.length / WINDOW_S);
  const { least, most, patient } = LENGTHS[open.purpose];
  const early = sharesOf(judged, open.limits, EARLY);
  const broken = early.find(({ breaks }) => breaks);
  if (broken && windows >= FEWEST_WINDOWS) return { verdict: 'breaks', message: message.breaks(broken) };
  const isHopeless = isLong(open) && early.some((share) => cannotHold(share, windows / least));
  if (windows < least && !isLast && !isHopeless) return undefined;
  const limited = limitedBy(open, judged);
  if (growth && !limited) return { verdict: 'breaks', message: message.grows(growth) };
  if (limited) return { verdict: 'generator', message: message.limited(limited) };
  // A double only needs the direction.
  const isFinal = isLong(open) || isLast || windows >= most || open.purpose === 'double';
  const shares = isFinal ? sharesOf(judged, open.limits, FINAL) : early;
  if (shares.length > 0 && shares.every(({ holds }) => holds))
    return { verdict: 'holds', message: message.holds(shares[0]!) };
  const isOver = windows >= (shares.some(isShort) ? patient : most);
  // A short level with too few calls only shows the direction.
  if (isOver || isLast || isHopeless || (open.purpose === 'double' && shares.every(canHold)))
    return atTheEnd(shares);
  return undefined;
}

/**
 * Whether a level could not hold even if all calls of the time that remains were within the limit. `part` of
 * the least time has passed; after that time, a share below the limit is refused at once.
 */
function cannotHold({ judged: { share, required }, leans }: JudgedShare, part: number): boolean {
  if (share === null || leans.latest) return false;
  return part >= 1 ? true : share * part + (1 - part) < required;
}

function isLong({ purpose }: OpenLevel): boolean {
  return purpose === 'confirm' || purpose === 'step down';
}

/** Too few calls for a statement, and nothing against it. */
function isShort({ hasTooFewCalls, leans }: JudgedShare): boolean {
  return hasTooFewCalls && leans.latest;
}

function canHold(share: JudgedShare): boolean {
  return share.holds || isShort(share);
}

function atTheEnd(shares: readonly JudgedShare[]): Found {
  const broken = shares.find(({ breaks }) => breaks);
  if (broken) return { verdict: 'breaks', message: message.breaks(broken) };
  const unknown = shares.find(({ leans }) => leans.latest !== leans.earliest);
  if (unknown) return { verdict: 'generator', message: message.readTooLate(unknown) };
  return { verdict: 'undecided', message: message.undecided(shares.find(({ holds }) => !holds)) };
}

/** Whether the search goes on above this level: an undecided level leads to where its share points. */
export function leadsUp({ verdict, limits }: Level): boolean {
  switch (verdict) {
    case 'holds':
      return true;
    case 'breaks':
    case 'generator':
      return false;
    case 'undecided':
      return limits.every(({ share, required }) => share === null || share >= required);
    default:
      return assertNever(verdict);
  }
}
