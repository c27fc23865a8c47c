import { lessText } from '../../../kernel/figures.ts';
import type { SummaryPercentile } from '../../summary/schema.ts';
import { inUnit, percentileText } from '../../wording.ts';
import { type Html, html } from '../html.ts';

/** `14.2 ms (−1.3)`: a value with the bracket of a latency, the bracket as an aside. `earliest`: the least that it can be. */
export function withBracket(value: number, unit: string, earliest: number | null | undefined): Html {
  const less = unit === 'ms' && earliest != null ? lessText(value, earliest) : '';
  return html`${inUnit(value, unit)}${less !== '' && html` <span class="less">(${less})</span>`}`;
}

/** The same of a percentile, or why there is none. */
export function percentileOf(percentile: SummaryPercentile | undefined): Html {
  if (percentile === undefined || 'needed' in percentile) return html`${percentileText(percentile)}`;
  return withBracket(percentile.valueMs, 'ms', percentile.earliestMs);
}
