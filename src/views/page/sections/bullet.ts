import { type Html, html } from '../html.ts';

const WIDTH = 120;
const HEIGHT = 10;
/** The position of the limit, which leaves room for values beyond it. */
const LIMIT_AT = WIDTH * 0.8;

export interface Bullet {
  readonly value: number;
  readonly limit: number;
  readonly ok: boolean;
  /** The lower bound of a latency. */
  readonly bracket?: { readonly low: number } | undefined;
  readonly interval?: { readonly low: number; readonly high: number | null } | undefined;
}

/** A value against its limit as a bar, paler within its bracket, with its confidence interval as a line. */
export function bullet({ value, limit, ok, interval, bracket }: Bullet): Html {
  const largest = limit > 0 ? limit / 0.8 : Math.max(value, 1) * 1.25;
  const at = (figure: number) => Math.max(0, Math.min(1, figure / largest)) * WIDTH;
  const mark = limit > 0 ? LIMIT_AT : 0.5;
  const low = interval && at(interval.low);
  const high = interval && at(interval.high ?? largest);
  return html`<svg class="bullet" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true" focusable="false">
<rect class="track" width="${WIDTH}" height="4" y="3" rx="2"/>
<rect class="${ok ? 'good' : 'bad'} ${bracket && 'bracket'}" width="${round(Math.max(at(value), 2))}" height="4" y="3" rx="2"/>
${bracket && html`<rect class="${ok ? 'good' : 'bad'}" width="${round(Math.max(at(bracket.low), 2))}" height="4" y="3" rx="2"/>`}
${interval && html`<line class="interval" x1="${round(low!)}" x2="${round(high!)}" y1="5" y2="5"/>`}
<line class="limit" x1="${mark}" x2="${mark}" y1="0" y2="${HEIGHT}"/></svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
