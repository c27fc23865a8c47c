import { assertNever } from '../kernel/errors.ts';
import { clock, number } from '../kernel/figures.ts';
import { levelText } from './axis.ts';
import type { CapacityAnswer, Level } from './evidence.ts';
import { firstLimit } from './first-limit.ts';
import { gone } from './level-message.ts';
import { isConfirmation, latestOf } from './next-level.ts';
import type { SearchOptions } from './search-options.ts';
import { hasTooFewCalls } from './shares.ts';

type EndedBy = CapacityAnswer['endedBy'];

/**
 * The answer of a search from its levels: what holds, what does not, and why the search ended.
 * @param failure why an interrupted search could not go on; absent if the run was stopped
 */
export function answerOf(
  levels: readonly Level[],
  options: SearchOptions,
  endedBy: EndedBy,
  failure?: string,
): CapacityAnswer {
  const held = highestHeld(levels);
  const holds = held?.level ?? null;
  const above = latestOf(levels).filter(({ level }) => level > (holds ?? 0));
  const broken = lowest(above.filter(({ verdict }) => verdict === 'breaks'));
  const limited = lowest(above.filter(({ verdict }) => verdict === 'generator'));
  const reason = endedBy !== 'interrupted' && holds === null && limited && !broken ? 'generator' : endedBy;
  return {
    holds,
    breaks: broken?.level ?? null,
    endedBy: reason,
    first:
      reason === 'generator' && limited
        ? { name: 'load generator', message: limited.message }
        : firstLimit(options.axis, levels),
    ...(failure === undefined ? {} : { failure }),
    sentence: sentenceOf({ levels, options, endedBy: reason, held, broken, limited, failure }),
  };
}

/**
 * The confirmed level. Before a confirmation, the highest level that held in a shorter test, below all levels
 * that did not hold.
 */
function highestHeld(levels: readonly Level[]): Level | undefined {
  const confirmed = levels.find((level) => isConfirmation(level) && level.verdict === 'holds');
  if (confirmed) return confirmed;
  const refused = Math.min(
    ...levels
      .filter(({ verdict }) => verdict === 'breaks' || verdict === 'generator')
      .map(({ level }) => level),
    // A level that a longer test did not confirm does not hold.
    ...levels.filter((level) => isConfirmation(level)).map(({ level }) => level),
  );
  const held = levels.filter(({ verdict, level }) => verdict === 'holds' && level < refused);
  return held.sort((one, other) => other.level - one.level)[0];
}

function lowest(levels: readonly Level[]): Level | undefined {
  return [...levels].sort((one, other) => one.level - other.level)[0];
}

interface Facts {
  readonly levels: readonly Level[];
  readonly options: SearchOptions;
  readonly endedBy: EndedBy;
  readonly held: Level | undefined;
  readonly broken: Level | undefined;
  readonly limited: Level | undefined;
  readonly failure: string | undefined;
}

function sentenceOf(facts: Facts): string {
  const { options, held, endedBy, limited } = facts;
  if (held === undefined) return nothingHeld(facts);
  const text = levelText(options.axis, held.level);
  const unconfirmed = isConfirmation(held) ? '' : '; no longer test confirmed it';
  switch (endedBy) {
    case 'found':
      return bothLevels(facts, held);
    case 'generator':
      return `at least ${text}: ${limited?.message ?? 'the load generator was the limit'}${unconfirmed}`;
    case 'at most':
      return `at least ${text}: no higher level was tried (${options.atMostReason ?? 'CAPACITY_AT_MOST'})`;
    case 'time':
      return `at least ${text}: ${whyNoMore(facts)}${unknownUpTo(facts)}${unconfirmed}`;
    case 'interrupted':
      return `at least ${text}: ${whyCut(facts)}${unknownUpTo(facts)}${unconfirmed}`;
    case 'nothing holds':
      return nothingHeld(facts);
    default:
      return assertNever(endedBy);
  }
}

/** `430 users hold, 452 do not (95% confidence)` */
function bothLevels({ options: { axis }, broken, levels }: Facts, { level }: Level): string {
  const held = `${levelText(axis, level)} ${level === 1 ? 'holds' : 'hold'}`;
  const between = latestOf(levels).filter(
    (one) => one.verdict !== 'breaks' && one.level > level && one.level < (broken?.level ?? Infinity),
  );
  const undecided = [...new Set(between.map((one) => one.level))].sort((one, other) => one - other);
  const unclear = undecided.length === 0 ? '' : `; ${undecided.map(number).join(', ')} undecided`;
  return broken === undefined
    ? `${held} (95% confidence)${unclear}`
    : `${held}, ${number(broken.level)} do not (95% confidence)${unclear}`;
}

/** A search also ends before its time if further levels could not be judged either. */
function whyNoMore({ options: { forMs }, levels }: Facts): string {
  const last = levels.at(-1);
  return last?.verdict === 'undecided' && hasTooFewCalls(last)
    ? last.message
    : `the time of ${clock(forMs / 1000)} was too short for more levels`;
}

function whyCut({ failure }: Facts): string {
  return failure === undefined ? 'the search was interrupted' : `the search could not go on (${failure})`;
}

/** What is known of the next higher level. */
function unknownUpTo({ options: { axis }, broken, levels }: Facts): string {
  if (broken !== undefined) return `, and ${levelText(axis, broken.level)} do not hold`;
  const last = levels.at(-1);
  return last?.message === gone ? `; ${gone} at ${levelText(axis, last.level)}` : '';
}

function nothingHeld(facts: Facts): string {
  const { options, endedBy, levels, limited } = facts;
  const { axis, forMs } = options;
  const last = levels.at(-1);
  const why = last === undefined ? '' : `: ${last.message}`;
  switch (endedBy) {
    case 'interrupted':
      return `${whyCut(facts)} before a level held${why}`;
    case 'generator':
      return `no level could be judged: ${limited?.message ?? 'the load generator was the limit'}`;
    case 'time':
      return last && hasTooFewCalls(last)
        ? `no level could be judged${why}`
        : `no level held for certain within ${clock(forMs / 1000)}${why}`;
    default:
      break;
  }
  const worst = lowest(levels);
  if (worst === undefined) return 'no level held';
  return `${levelText(axis, worst.level)} ${worst.level === 1 ? 'does' : 'do'} not hold: ${worst.message}`;
}
