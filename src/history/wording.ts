import { inUnitWithin, number } from '../kernel/figures.ts';
import type { Metric } from './metrics.ts';
import type { Regression } from './record.ts';

interface Change {
  readonly against: Regression['against'];
  readonly before: Metric;
  readonly pValue: number;
  /** The number of runs since the change, including this one; only over a series. */
  readonly runs?: number;
  /** When the first run after the change began, as an ISO time; undefined if it is this one. */
  readonly since?: string | undefined;
}

/** A metric that became worse, with the sentence for people. */
export function regression(
  metric: Metric,
  { against, before, pValue, runs = 1, since: at }: Change,
): Regression {
  const { name, operation, unit, value: after, earliest } = metric;
  const since = against === 'series' ? ` since ${runs} runs` : '';
  const than = against === 'series' ? 'before' : 'in the baseline';
  const message =
    metric.kind === 'capacity'
      ? capacityMessage(metric, before, {
          when: against === 'series' ? sinceText(runs, at) : ` than ${than}`,
          pValue,
        })
      : `${name} is ${metricText(metric)}${since}, ${changeText(metric, before.value)} than ${than} (${metricText(before)}; ${chanceText(pValue)})`;
  return {
    metric: name,
    ...(operation === undefined ? {} : { operation }),
    against,
    before: before.value,
    after,
    ...(earliest === undefined ? {} : { earliest }),
    unit,
    ratio: before.value === 0 ? null : after / before.value,
    pValue,
    message,
  };
}

/** `12% less capacity than in the baseline: 380 users, was 430 users (p = 0.001)` */
function capacityMessage(
  metric: Metric,
  before: Metric,
  { when, pValue }: { readonly when: string; readonly pValue: number },
): string {
  return `${changeText(metric, before.value)} capacity${when}: ${metricText(metric)}, was ${metricText(before)} (${chanceText(pValue)})`;
}

/** ` since 2026-11-24 (3 runs)`, ` in this run` */
function sinceText(runs: number, at: string | undefined): string {
  return runs === 1 || at === undefined ? ' in this run' : ` since ${at.slice(0, 10)} (${runs} runs)`;
}

/** `14.2 ms (−1.3)`: a value with the bracket of a latency. */
export function metricText({ value, earliest, unit }: Metric): string {
  return inUnitWithin(value, unit, earliest === undefined ? undefined : { low: earliest });
}

/** The sentence about a metric that looks worse, but whose brackets are too wide to decide. */
export function inconclusiveText(metric: Metric, before: Metric, when: 'in the baseline' | 'before'): string {
  return (
    `Cannot tell whether ${metric.name} became ${comparative(metric, before.value)}: ${metricText(metric)} against ` +
    `${metricText(before)} ${when}. The load generator read the answers too late: use more workers or less load.`
  );
}

/** `23% slower`, `3.00 percentage points more`, `12% lower`. */
export function changeText(metric: Metric, before: number): string {
  const { unit, value } = metric;
  if (unit === '%')
    return `${Math.abs(value - before).toFixed(2)} percentage points ${comparative(metric, before)}`;
  const part = before === 0 ? '' : `${number(Math.round(Math.abs(value / before - 1) * 100))}% `;
  return `${part}${comparative(metric, before)}`;
}

/** `slower`, `fewer`, `higher`. */
export function comparative({ kind, unit, value }: Metric, before: number): string {
  const isMore = value > before;
  if (unit === '%') return isMore ? 'more' : 'less';
  if (kind === 'capacity') return isMore ? 'more' : 'less';
  if (kind === 'figure') return isMore ? 'higher' : 'lower';
  return isMore ? 'slower' : 'faster';
}

/** `p < 0.0001`, `p = 0.004`. */
function chanceText(pValue: number): string {
  return pValue < 0.0001 ? 'p < 0.0001' : `p = ${pValue.toPrecision(1)}`;
}

/** `2026-11-25T14:03Z`, in UTC like the ids of runs. */
export function timeText(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}

/** The start of a commit's hash, as people write it. */
export function commitText(commit: string | null): string {
  return commit === null ? 'no commit' : commit.slice(0, 7);
}
