import { inUnitWithin, number } from '../kernel/figures.ts';
import type { Judgement } from './judgement.ts';
import { isUpperLimit } from './target.ts';

/** The figure of a target: `latency p95`, `worst 10 s error rate`, `each operation p95`. */
function metricText({ operation, each, statistic, worstSeconds, unit }: Judgement): string {
  const all = unit === 'ms' ? ['latency'] : [];
  const about = each ? ['each operation'] : operation === undefined ? all : [operation];
  return [...(worstSeconds === undefined ? [] : [`worst ${worstSeconds} s`]), ...about, statistic].join(' ');
}

/** The value of a judgement, with the bracket of a latency: `14.2 ms (−1.3)`. */
export function valueText({ value, unit, bracket, state }: Judgement): string {
  // The note of an inconclusive target describes its bracket.
  return value === null
    ? 'no value'
    : inUnitWithin(value, unit, state === 'inconclusive' ? undefined : bracket);
}

/**
 * Why a target is not met: `latency p95 was 45.3 ms, 45× the 1 ms limit; slowest: network.report 72.0 ms`. `details`
 * follow the note.
 */
export function unmetText(judgement: Judgement, details: readonly string[] = []): string {
  const { target, value, problem, note, state } = judgement;
  const more = [...(note === undefined ? [] : [note]), ...details].map((detail) => `; ${detail}`).join('');
  if (value === null) return `${metricText(judgement)}: ${problem ?? 'no data'}${more}`;
  if (state === 'inconclusive') return `${target}${more.replace(';', ':')}`;
  const verb = judgement.statistic === 'wrong answers' ? ':' : ' was';
  return `${metricText(judgement)}${verb} ${valueText(judgement)}, ${limitText(judgement)}${more}`;
}

/** `45× the 1 ms limit`, or `limit >= 99%` where larger values are better. */
function limitText({ value, limit, unit, comparator }: Judgement): string {
  // The limit as the user wrote it: a rounded limit may look like the value.
  const shown = `${limit.toLocaleString('en-US', { maximumFractionDigits: 6 })}${/^[a-z]/.test(unit) ? ` ${unit}` : unit}`;
  if (!isUpperLimit(comparator) || limit === 0 || value === null) return `limit ${comparator} ${shown}`;
  const ratio = value / limit;
  const times = Number(ratio.toPrecision(ratio < 1.1 ? 3 : 2));
  return times <= 1 ? `just above the ${shown} limit` : `${number(times)}× the ${shown} limit`;
}
