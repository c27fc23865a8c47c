import { type Html, html } from '../html.ts';

const WIDTH = 120;
const HEIGHT = 20;

/** A small curve of values from zero up, with a mark at the last value. */
export function sparkline(values: readonly (number | null)[]): Html {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  if (known.length < 2) return html`–`;
  const most = Math.max(...known.map(({ value }) => value), 1e-9);
  const step = (WIDTH - 6) / (values.length - 1);
  const points = known.map(
    ({ value, index }) =>
      [(3 + index * step).toFixed(1), (HEIGHT - 3 - (value / most) * (HEIGHT - 6)).toFixed(1)] as const,
  );
  const [x, y] = points.at(-1)!;
  return html`<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true" focusable="false"><polyline points="${points.map((point) => point.join(',')).join(' ')}"/><circle cx="${x}" cy="${y}" r="2.5"/></svg>`;
}
