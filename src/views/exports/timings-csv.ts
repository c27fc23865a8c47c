import { stringify } from 'csv-stringify/sync';
import { addSecond } from '../../results/summary/series.ts';
import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { type MergedTimings, totalOfService } from '../../timings/merged-timings.ts';
import { quantilesMs } from '../../timings/percentile.ts';
import type { Second } from '../../timings/worst-window.ts';
import type { ReportPart } from '../report-part.ts';

/** Documented in the README; a column is never renamed, and new ones come last. */
const columns = [
  'second',
  'operation',
  'users',
  'total',
  'ok',
  'failed',
  'rate_limited',
  'aborted',
  'min_ms',
  'avg_ms',
  'max_ms',
  'p50_ms',
  'p90_ms',
  'p95_ms',
  'p99_ms',
  'generator_limit',
  'earliest_p50_ms',
  'earliest_p90_ms',
  'earliest_p95_ms',
  'earliest_p99_ms',
] as const;

const ALL_ACTIONS = 'all actions';

/** `timings.csv`: for each second, a row for all actions and a row for each recorded operation. */
export const timingsCsv: ReportPart = {
  name: 'timings.csv',
  async write({ crowds }, write) {
    for (const { folder, timings } of crowds) await write(`${folder}timings.csv`, csvOf(timings));
  },
};

/** The lines of the file, one second at a time, by RFC 4180. Cells that look like a formula are escaped. */
export function* csvOf({ windows }: Pick<MergedTimings, 'windows'>): Generator<string> {
  yield line([columns]);
  const seconds = Math.max(-1, ...windows.keys()) + 1;
  for (let second = 0; second < seconds; second++) {
    const parts = windows.get(second) ?? [];
    const users = parts.reduce((sum, part) => sum + part.users, 0);
    const operations = new Map<string, Second>();
    const recorded = [[ALL_ACTIONS, addSecond(parts, operations)] as const, ...operations];
    yield line(recorded.map(([name, cell]) => [second, name, users, ...figures(cell)]));
  }
}

function line(rows: readonly (readonly (string | number)[])[]): string {
  return stringify(rows as (string | number)[][], { record_delimiter: 'windows', escape_formulas: true });
}

/** The cells from `total` on. A latency without samples, or a percentile with too few samples, is an empty cell. */
function figures({ outcomes, ok, earliest }: Second): (string | number)[] {
  const { ok: successes = 0, aborted = 0, 'rate limited': rateLimited = 0 } = outcomes;
  const total = totalOfService(outcomes);
  const shown = (ms: number) => (ok.count === 0 ? '' : rounded(ms));
  return [
    total,
    successes,
    total - successes,
    rateLimited,
    aborted,
    shown(ok.minMs),
    shown(ok.sumMs / ok.count),
    shown(ok.maxMs),
    ...valuesOf(ok),
    outcomes['generator limit'] ?? 0,
    ...valuesOf(earliest),
  ];
}

/** To a microsecond, the unit of the histograms. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function valuesOf(latencies: LatencyHistogram): (string | number)[] {
  return quantilesMs(latencies, [0.5, 0.9, 0.95, 0.99]).map((value) =>
    value === null ? '' : rounded(value),
  );
}
