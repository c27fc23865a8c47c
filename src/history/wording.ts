import { inUnit, number } from '../kernel/figures.ts';
import type { Metric } from './metrics.ts';
import type { Regression } from './record.ts';

interface Change {
  readonly against: Regression['against'];
  readonly before: number;
  readonly pValue: number;
  /** How many runs the change is old, this one included; only over a series. */
  readonly runs?: number;
}

/** A metric that became worse, with the sentence for people. */
export function regression(metric: Metric, { against, before, pValue, runs = 1 }: Change): Regression {
  const { name, unit, value: after } = metric;
  const since = against === 'series' ? ` since ${runs} runs` : '';
  const than = against === 'series' ? 'before' : 'in the baseline';
  const says = `${name} is ${inUnit(after, unit)}${since}, ${changeText(metric, before)} than ${than} (${inUnit(before, unit)}; ${chanceText(pValue)})`;
  return {
    metric: name,
    against,
    before,
    after,
    unit,
    ratio: before === 0 ? null : after / before,
    pValue,
    says,
  };
}

/** `23 % slower`, `3.00 percentage points more`, `12 % lower`. */
export function changeText(metric: Metric, before: number): string {
  const { unit, value } = metric;
  if (unit === '%')
    return `${Math.abs(value - before).toFixed(2)} percentage points ${comparative(metric, before)}`;
  const part = before === 0 ? '' : `${number(Math.round(Math.abs(value / before - 1) * 100))} % `;
  return `${part}${comparative(metric, before)}`;
}

/** `slower`, `fewer`, `higher`. */
export function comparative({ kind, unit, value }: Metric, before: number): string {
  const isMore = value > before;
  if (unit === '%') return isMore ? 'more' : 'less';
  if (kind === 'figure') return isMore ? 'higher' : 'lower';
  return isMore ? 'slower' : 'faster';
}

/** `p < 0.0001`, `p = 0.004`. */
function chanceText(pValue: number): string {
  return pValue < 0.0001 ? 'p < 0.0001' : `p = ${pValue.toPrecision(1)}`;
}

/** `2026-11-25 14:03`, in UTC as run ids are. */
export function timeText(at: string): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** The start of a commit's hash, as people write it. */
export function commitText(commit: string | null): string {
  return commit === null ? 'no commit' : commit.slice(0, 7);
}
