import {
  counted,
  inUnit,
  inUnitWithin,
  ms,
  msWithin,
  number,
  percent,
  perSecond,
} from '../kernel/figures.ts';
import type { Summary, SummaryPercentile } from './summary/schema.ts';

export { counted, inUnit, ms, number, percent, perSecond };

/** Stands once below the figures of a report that has a bracket in it. */
export const BRACKET_NOTE =
  'For example, 14.2 ms (−1.3) lies between 12.9 and 14.2 ms: the generator cannot tell when an answer arrived within this time. ' +
  'Less than 1% or 0.1 ms is not shown.';

/** Of a run whose HTTP calls have no bracket: without a word, their latencies look exact. */
export function noBracketText(settings: { readonly REQUEST_CONTEXT?: unknown }): string[] {
  return settings.REQUEST_CONTEXT === 'playwright'
    ? [
        'The bracket of the HTTP calls is not known: Playwright’s request contexts do not tell when an answer arrived. ' +
          'Their latencies are upper bounds; REQUEST_CONTEXT=wire knows the bracket.',
      ]
    : [];
}

/** The note, where a line has a bracket. */
export function bracketNote(lines: readonly string[]): string[] {
  return lines.some((line) => line.includes('(−')) ? [BRACKET_NOTE] : [];
}

export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

/** In lines of so many characters at most, broken at spaces; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** `14.2 ms (−1.3)`, `14.2 ms` where its bracket is negligible or left out, or why there is no such percentile. */
export function percentileText(percentile: SummaryPercentile | undefined, hasBracket = true): string {
  if (percentile === undefined) return 'no data';
  if ('needed' in percentile) return `needs ${percentile.needed}`;
  return msWithin(percentile.valueMs, hasBracket ? percentile.earliestMs : undefined);
}

/** `~45.2 ms` where the service's buckets allow an estimate, `< 50 ms` or `> 10 s` where they have one bound only. */
export function serverP95Text(server: Summary['operations'][string]['server']): string {
  if (!server) return '–';
  const { p95Ms, p95Outside } = server;
  if (p95Outside) return `${p95Outside.side === 'below' ? '<' : '>'} ${bound(p95Outside.ms)}`;
  return p95Ms === null ? '–' : `~${ms(p95Ms)}`;
}

/** A bound of a bucket is a round number: `50 ms`, `10 s`. */
export function bound(valueMs: number): string {
  return valueMs < 1000 ? `${number(valueMs)} ms` : `${number(valueMs / 1000)} s`;
}

/** What a page measured of itself; a shift of its layout has no unit and is small. */
export function experienced(value: number, unit: string): string {
  if (unit === 'ms') return ms(value);
  return unit === '' ? value.toFixed(3) : `${value.toFixed(1)} ${unit}`;
}

/** `982 of 1,006 arrived, 24 lost; 120 could not be judged: …`. */
export function roomEventsText({
  events: { judged, arrived, late, lost, twice, notJudged },
  partial,
}: Pick<Summary, 'events' | 'partial'>): string {
  // They are judged some time after they happened.
  if (judged + notJudged === 0)
    return partial ? 'not judged: the run ended early' : 'none was due: nobody shared a room';
  const parts = [`${number(arrived)} of ${number(judged)} arrived`];
  for (const [count, what] of [
    [late, 'late'],
    [lost, 'lost'],
    [twice, 'more than once'],
  ] as const)
    if (count > 0) parts.push(`${number(count)} ${what} (${percent((count / judged) * 100)})`);
  const unjudged =
    notJudged > 0 ? `; ${number(notJudged)} could not be judged: the member left soon after the call` : '';
  return `${parts.join(', ')}${unjudged}`;
}

export const SEEDED = 'SEEDED DEFECTS';

/** Of a service that is not compared with healthy ones. */
export function seededText({ defects }: Pick<Summary['service'], 'defects'>): string | undefined {
  return defects === undefined
    ? undefined
    : `${SEEDED}: ${defects}. This run is compared with runs of the same defects only.`;
}

export const marks = { met: '✅', missed: '❌', inconclusive: '❔' } as const;

/** `p95 < 500 ms: 123 ms (−4) ✅`, `each operation p95 < 1 s: 3000 ms (−45) (socket.connect) ❌`. */
export function targetLine({
  target,
  state,
  value,
  unit,
  bracket,
  note,
}: Summary['targets'][number]): string {
  // The note describes a bracket with the limit in it.
  const told = state === 'inconclusive' ? undefined : bracket;
  const shown =
    value === null ? (note ?? 'no data') : `${inUnitWithin(value, unit, told)}${note ? ` (${note})` : ''}`;
  return `${target}: ${shown} ${marks[state]}`;
}

export const verdictMarks = { passed: '✅', failed: '❌', inconclusive: '❔', interrupted: '⏹' } as const;
