import { inUnit, lessText, ms } from '../../../kernel/figures.ts';
import type { SummaryPercentile } from '../../../results/summary/schema.ts';
import { percentileText } from '../../wording.ts';
import { type Html, html } from '../html.ts';

/** `14.2 ms (−1.3)`: a value with the bracket of a latency. `earliest`: its lower bound. */
export function withBracket(value: number, unit: string, earliest: number | null | undefined): Html {
  const less = unit === 'ms' && earliest != null ? lessText(value, earliest) : '';
  return html`${inUnit(value, unit)}${less !== '' && html` <span class="less">(${less})</span>`}`;
}

/** A percentile with its bracket, or why it is missing. */
export function percentileOf(percentile: SummaryPercentile | undefined): Html {
  if (percentile === undefined || 'needed' in percentile) return html`${percentileText(percentile)}`;
  return withBracket(percentile.valueMs, 'ms', percentile.earliestMs);
}

/** The value of a percentile in ms; null without one. */
export function msOf(percentile: SummaryPercentile | undefined): number | null {
  return percentile && 'valueMs' in percentile ? percentile.valueMs : null;
}

/** `9.94 ms to 12.1 ms`: the 95% confidence interval of a percentile; empty without one. */
export function intervalText(percentile: SummaryPercentile | undefined): string {
  if (percentile === undefined || 'needed' in percentile) return '';
  const { lowMs, highMs } = percentile;
  return `${ms(lowMs)} to ${highMs === null ? '?' : ms(highMs)}`;
}
