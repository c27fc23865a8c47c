import { inUnit } from '../kernel/figures.ts';
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
function changeText({ kind, better, value }: Metric, before: number): string {
  if (kind === 'error rate')
    return `${Math.abs(value - before).toFixed(2)} percentage points ${value > before ? 'more' : 'less'}`;
  const part = `${Math.abs((value / before - 1) * 100).toFixed(0)} %`;
  if (kind === 'figure') return `${part} ${value > before ? 'higher' : 'lower'}`;
  return `${part} ${(value > before) === (better === 'lower') ? 'slower' : 'faster'}`;
}

/** `p < 0.0001`, `p = 0.004`. */
function chanceText(pValue: number): string {
  return pValue < 0.0001 ? 'p < 0.0001' : `p = ${pValue.toPrecision(1)}`;
}
