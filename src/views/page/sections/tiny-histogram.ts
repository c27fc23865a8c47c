import type { Distribution } from '../../../results/summary/distribution-schema.ts';
import { type Html, html } from '../html.ts';

const WIDTH = 120;
const HEIGHT = 20;
/** Narrower bars are not visible. */
const NARROWEST = 2;

type Bins = Distribution['bins'];

/** The first bin of several distributions, and the number of bins up to the last one. */
export function commonAxis(all: readonly Bins[]): { from: number; bins: number } {
  const filled = all.filter(({ counts }) => counts.length > 0);
  if (filled.length === 0) return { from: 0, bins: 1 };
  const from = Math.min(...filled.map((bins) => bins.from));
  const to = Math.max(...filled.map((bins) => bins.from + bins.counts.length));
  return { from, bins: to - from };
}

/** A small histogram of latencies on a shared logarithmic axis, so that the shapes of rows are comparable. */
export function tinyHistogram({ from, counts }: Bins, axis: ReturnType<typeof commonAxis>): Html {
  const most = Math.max(...counts);
  const step = WIDTH / axis.bins;
  const width = Math.max(NARROWEST, step * 0.85);
  const bars = counts.flatMap((count, index) => {
    if (count === 0) return [];
    const height = Math.max(2, (count / most) * HEIGHT);
    const x = Math.min(WIDTH - width, (from + index - axis.from) * step);
    return [`M${x.toFixed(1)} ${HEIGHT}v-${height.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}z`];
  });
  return html`<svg class="tiny" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true" focusable="false"><path d="${bars.join('')}"/></svg>`;
}
