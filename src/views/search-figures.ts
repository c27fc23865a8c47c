import { levelText } from '../capacity/axis.ts';
import type { Capacity, Level } from '../capacity/evidence.ts';
import { inUnit, ms, number, percent, perSecond, seconds } from '../kernel/figures.ts';

/** The words of a level's verdict. */
export const levelVerdicts: Readonly<Record<Level['verdict'], string>> = {
  holds: 'holds',
  breaks: 'breaks',
  undecided: 'undecided',
  generator: 'load generator limited',
};

type Limit = Level['limits'][number];

/** `99.1% (98.5–99.6)`; without the interval if it is not known. */
export function shareText({ share, low, high }: Limit): string {
  if (share === null) return 'no data';
  return low === null || high === null ? part(share) : `${part(share)} (${bare(low)}–${bare(high)})`;
}

/** `99.1%`, with one decimal: the levels of a search differ by more. */
function part(share: number): string {
  return `${bare(share)}%`;
}

function bare(share: number): string {
  return (share * 100).toFixed(1);
}

/** The limit that a level holds by the least, or breaks by the most. */
function tightest({ limits }: Pick<Level, 'limits'>): Limit | undefined {
  const known = limits.filter(({ share }) => share !== null);
  const room = ({ share, required }: Limit) => (share! - required) / Math.max(1 - required, 1e-3);
  return known.toSorted((one, other) => room(one) - room(other))[0];
}

/** What was at its limit during a level, in words; the load generator first. */
export function atLimitTexts({ resources, generator, growth }: Level): string[] {
  return [
    ...(generator === null ? [] : [`load generator: ${generator}`]),
    ...resources.filter(({ isAtLimit }) => isAtLimit).map(resourceText),
    ...(growth === null ? [] : [`${growth.what} grew by ${growthText(growth)}`]),
  ];
}

function resourceText({ name, value, unit, limit }: Level['resources'][number]): string {
  return `${name} ${inUnit(value, unit)}${limit === null ? '' : ` (limit ${inUnit(limit, unit)})`}`;
}

function growthText({ what, perSecond: slope }: NonNullable<Level['growth']>): string {
  return what === 'response time' ? `${ms(slope)} per second` : `${number(slope)} per second`;
}

const optionalMs = (value: number | null) => (value === null ? '–' : ms(value));

/**
 * One row for each level in the order of the search, below a heading; for text reports. `hasIntervals`: each limit with
 * its interval, and what was at its limit; without them, only the tightest limit.
 */
export function levelRows({ axis, levels }: Capacity, hasIntervals: boolean): string[][] {
  const limits = levels[0]?.limits.map(({ text }) => text) ?? [];
  const heading = [
    axis,
    'purpose',
    'verdict',
    ...(hasIntervals ? limits : ['within limit']),
    'per second',
    'P50',
    'P95',
    'P99',
    'errors',
    ...(hasIntervals ? ['at its limit'] : []),
  ];
  const rows = levels.map((level) => {
    const tight = tightest(level);
    const shares = hasIntervals
      ? limits.map((text) => {
          const limit = level.limits.find((one) => one.text === text);
          return limit === undefined ? '–' : shareText(limit);
        })
      : [tight?.share == null ? '–' : part(tight.share)];
    return [
      number(level.level),
      level.purpose,
      hasIntervals ? levelVerdicts[level.verdict] : level.verdict,
      ...shares,
      perSecond(level.perSecond),
      ...[level.p50Ms, level.p95Ms, level.p99Ms].map(optionalMs),
      level.errorRatePercent === null ? '–' : percent(level.errorRatePercent),
      ...(hasIntervals ? [atLimitTexts(level).join('; ') || '–'] : []),
    ];
  });
  return [heading, ...rows];
}

/** How the levels were judged, and the Universal Scalability Law, one sentence each. */
export function searchNotes(capacity: Capacity): string[] {
  const { limits, leftOut, withinPercent, levels, scalability } = capacity;
  const last = levels.at(-1);
  return [
    `Limits: ${limits.join('; ')}. A level holds if the required share of its calls is within each limit, with 95% confidence, and no queue grows.`,
    ...(leftOut.length === 0 ? [] : [`Not judged: ${leftOut.join('; ')}.`]),
    `The search stops when the level that holds and the level that breaks are within ${number(withinPercent)}%.${last === undefined ? '' : ` It tried ${number(levels.length)} levels in ${seconds(last.endedAtMs / 1000)}.`}`,
    ...(scalability === null ? [] : [scalabilityText(scalability, capacity.axis)]),
  ];
}

type Scalability = NonNullable<Capacity['scalability']>;

function scalabilityText(
  { contention, crosstalk, perUser, peakAt }: Scalability,
  axis: Capacity['axis'],
): string {
  const coefficient = ({ value, low, high }: Scalability['perUser']) =>
    `${short(value)} (95% CI ${short(low)}–${short(high)})`;
  const peak = peakAt === null ? 'no peak' : `highest throughput at ${levelText(axis, Math.round(peakAt))}`;
  return `Universal Scalability Law: contention ${coefficient(contention)}, crosstalk ${coefficient(crosstalk)}, ${coefficient(perUser)} calls/s of one user; ${peak}.`;
}

/** Three significant digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
