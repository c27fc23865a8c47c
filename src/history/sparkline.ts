import { median } from 'simple-statistics';

const BARS = [...'▁▂▃▄▅▆▇█'];
const CHANGE = '│';

/** The height stands for at least this part of the median, so that noise looks flat. */
const LEAST_RANGE = 0.3;
/** One slow night must not flatten all others: the bar of a value above this number of medians is capped. */
const MOST_MEDIANS = 4;

/** One bar per value, and a line before the values at `changes`. */
export function sparkline(values: readonly number[], changes: readonly number[] = []): string {
  if (values.length === 0) return '';
  const middle = Math.abs(median([...values]));
  const least = Math.min(...values);
  const most = Math.max(...values);
  const top = middle > 0 ? Math.min(most, MOST_MEDIANS * middle) : most;
  const range = Math.max(top - least, LEAST_RANGE * middle);
  return values
    .map((value, index) => {
      const part = range === 0 ? 0 : (value - least) / range;
      const bar = BARS[Math.min(BARS.length - 1, Math.floor(part * BARS.length))]!;
      return changes.includes(index) ? `${CHANGE}${bar}` : bar;
    })
    .join('');
}
