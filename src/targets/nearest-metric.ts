import leven from 'leven';
import { crowdFigures } from './target.ts';

const statistics = [
  ...['avg', 'min', 'max', 'p50', 'p75', 'p90', 'p95', 'p99', 'p99.9'],
  ...['error rate', 'success rate', 'throughput', 'count', 'response p95', ...crowdFigures],
];

/** More different letters are another word. */
const MOST_SLIPS = 2;

/** Percentiles as other tools write them: `95`, `p 95`, `95th percentile`, `p(95)`. */
const PERCENTILE = /(?<=^|\s)(?:p\s?\(?)?(\d{1,2}(?:\.\d+)?)(?:th|%|\))?(?:\s+percentile)?$/i;

/**
 * The metric that was meant by one whose statistic is not known: `eror rate` → `error rate`, `p95 latency` → `latency p95`.
 * Undefined if no statistic is near.
 * @param isMetric whether a text is a metric with a known statistic
 */
export function nearestMetric(written: string, isMetric: (text: string) => boolean): string | undefined {
  // The cost of a distance is the product of both lengths, and no metric is this long.
  if (written.length > 200) return undefined;
  const words = written.split(' ');
  const [first = '', ...rest] = words;
  const others = [[...rest, first].join(' '), written.replace(PERCENTILE, 'p$1')];
  const other = others.find((text) => text !== written && isMetric(text));
  if (other !== undefined) return other;
  const found = [1, 2, 3].flatMap((count) => {
    const tail = words.slice(-count).join(' ').toLowerCase();
    const before = words.slice(0, -count);
    return statistics
      .map((statistic) => ({ slips: leven(tail, statistic), metric: [...before, statistic].join(' ') }))
      .filter(({ slips, metric }) => slips <= MOST_SLIPS && slips < tail.length / 2 && isMetric(metric));
  });
  return found.sort((one, next) => one.slips - next.slips)[0]?.metric;
}
