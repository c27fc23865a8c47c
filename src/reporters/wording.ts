import { counted, inUnit, ms, number, percent, perSecond } from '../kernel/figures.ts';
import type { Summary, SummaryPercentile } from './summary/schema.ts';

export { counted, ms, number, percent, perSecond };

export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

export function percentileText(percentile: SummaryPercentile | undefined): string {
  if (percentile === undefined) return 'no data';
  if ('needed' in percentile) return `needs ${percentile.needed}`;
  return ms(percentile.valueMs);
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
export function roomEventsText({ judged, arrived, late, lost, twice, notJudged }: Summary['events']): string {
  if (judged + notJudged === 0) return 'none was due: nobody shared a room';
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

/** Of a service that is not compared with healthy ones. */
export function seededText({ defects }: Summary['service']): string | undefined {
  return defects === undefined
    ? undefined
    : `SEEDED DEFECTS: ${defects}. This run is compared with runs of the same defects only.`;
}

export const marks = { met: '✅', missed: '❌', inconclusive: '❔' } as const;

/** `p95 < 500 ms: 123 ms ✅`, `each operation p95 < 1 s: 3000 ms (socket.connect) ❌`. */
export function targetLine({ target, state, value, unit, note }: Summary['targets'][number]): string {
  const shown = value === null ? (note ?? 'no data') : `${inUnit(value, unit)}${note ? ` (${note})` : ''}`;
  return `${target}: ${shown} ${marks[state]}`;
}

export const verdictMarks = { passed: '✅', failed: '❌', inconclusive: '❔', interrupted: '⏹' } as const;
