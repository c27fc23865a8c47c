import { batchMeans, type ShareInterval } from '../statistics/batch-means.ts';
import type { Level } from './evidence.ts';
import type { Limit } from './limits.ts';
import type { Second, Within } from './second.ts';
import { WINDOW_S } from './settle.ts';

type JudgedLimit = Level['limits'][number];

/** The share of calls within one limit in one level. */
export interface JudgedShare {
  readonly limit: Limit;
  /** For the evidence: from the latest ends, with the 95% interval. */
  readonly judged: JudgedLimit;
  /** Whether enough of the calls were within it, even if each ended at the latest possible instant. */
  readonly holds: boolean;
  /** Whether too few of the calls were within it, even if each ended at the earliest possible instant. */
  readonly breaks: boolean;
  /** Whether the share itself, without its interval, is within the limit at the earliest and at the latest ends. */
  readonly leans: { readonly latest: boolean; readonly earliest: boolean };
  /** Whether all of the calls could be within the limit, and no statement would be possible. */
  readonly hasTooFewCalls: boolean;
}

/** 5 to 20 batches of at least 3 s: with more, neighbours depend on each other; with fewer, their variance is unknown. */
const MOST_BATCHES = 20;

/** The probability on each side of a 95% interval. */
export const FINAL = 0.025;

/**
 * Each limit in these seconds, the most critical one first. Of a limit for each operation, the worst operation.
 * @param tail the probability on each side of the interval that decides; a level that is looked at several times needs a
 *   smaller one than 0.025
 */
export function sharesOf(seconds: readonly Second[], limits: readonly Limit[], tail: number): JudgedShare[] {
  return limits
    .map((limit, index) => worstShare(seconds, limit, index, tail))
    .sort((one, other) => criticality(other) - criticality(one));
}

function worstShare(seconds: readonly Second[], limit: Limit, index: number, tail: number): JudgedShare {
  const operations = new Set(seconds.flatMap(({ within }) => Object.keys(within[index] ?? {})));
  const shares = [...operations].map((operation) => shareOf(seconds, limit, index, operation, tail));
  const certain = shares.filter(({ hasTooFewCalls }) => !hasTooFewCalls);
  // A rare operation, such as the end of a session, does not make a level undecided if others can be judged.
  const [worst] = (certain.length > 0 ? certain : shares).sort(
    (one, other) => criticality(other) - criticality(one),
  );
  return worst ?? shareOf(seconds, limit, index, '', tail);
}

/** How many times the allowed part of the calls was outside the limit; 1 is just within it. */
function criticality({ limit, judged, breaks }: JudgedShare): number {
  if (judged.share === null) return 0;
  const times = (1 - judged.share) / Math.max(1 - limit.required, 1e-6);
  return breaks ? times + 1e6 : times;
}

function shareOf(
  seconds: readonly Second[],
  limit: Limit,
  index: number,
  operation: string,
  tail: number,
): JudgedShare {
  const counts = seconds.map(({ within }) => within[index]?.[operation] ?? { latest: 0, earliest: 0, of: 0 });
  const batches = batchesOf(counts);
  const latest = batches.map(({ latest: hits, of }) => ({ hits, of }));
  const earliest = batches.map(({ earliest: hits, of }) => ({ hits, of }));
  const [shown, atLatest, atEarliest] = [
    batchMeans(latest),
    batchMeans(latest, tail),
    batchMeans(earliest, tail),
  ];
  const of = counts.reduce((sum, count) => sum + count.of, 0);
  const { required } = limit;
  return {
    limit,
    judged: {
      text: limit.each && operation !== '' ? `${limit.text} (${operation})` : limit.text,
      required,
      share: shown?.share ?? null,
      low: shown?.low ?? null,
      high: shown?.high ?? null,
      batches: shown?.batches ?? 0,
      of,
    },
    holds: atLatest !== undefined && isAtLeast(atLatest, required),
    breaks: atEarliest !== undefined && isBelow(atEarliest, required),
    leans: {
      latest: atLatest === undefined || atLatest.share >= required,
      earliest: atEarliest === undefined || atEarliest.share >= required,
    },
    hasTooFewCalls: required < 1 && of < fewestCalls(required),
  };
}

/** A limit without any failure cannot be proven by a sample: it holds while no call fails, and one failure breaks it. */
function isAtLeast({ share, low }: ShareInterval, required: number): boolean {
  return required >= 1 ? share === 1 : low >= required;
}

function isBelow({ share, high }: ShareInterval, required: number): boolean {
  return required >= 1 ? share < 1 : high < required;
}

/** Wilson's interval of n hits out of n begins at n / (n + z²). */
export function fewestCalls(required: number): number {
  return Math.ceil((1.96 ** 2 * required) / (1 - required));
}

function batchesOf(counts: readonly Within[]): Within[] {
  const length = Math.max(WINDOW_S, Math.ceil(counts.length / MOST_BATCHES));
  const whole = Math.floor(counts.length / length);
  return Array.from({ length: whole }, (_, at) => {
    // The last batch has the seconds that remain.
    const part = counts.slice(at * length, at === whole - 1 ? undefined : (at + 1) * length);
    return part.reduce((sum, { latest, earliest, of }) => ({
      latest: sum.latest + latest,
      earliest: sum.earliest + earliest,
      of: sum.of + of,
    }));
  });
}

/** Whether a judged level has too few calls for one of its limits. */
export function hasTooFewCalls({ limits }: Pick<Level, 'limits'>): boolean {
  return limits.some(
    ({ required, of = 0, share }) =>
      required < 1 && of < fewestCalls(required) && (share === null || share >= required),
  );
}
