import { stringify } from 'csv-stringify/sync';
import { isAction } from '../../timings/catalogue.ts';
import type { EncodedWindow, OutcomeCounts } from '../../timings/encoded.ts';
import { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { addOutcomes, type MergedTimings, totalOf } from '../../timings/merged-timings.ts';
import { percentile } from '../../timings/percentile.ts';
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
] as const;

const ALL_ACTIONS = 'all actions';

/** `timings.csv`: a row for each second and operation in which anything was recorded, and one for all actions. */
export const timingsCsv: ReportPart = {
  name: 'timings.csv',
  async write({ crowds }, write) {
    for (const { folder, timings } of crowds) await write(`${folder}timings.csv`, csvOf(timings));
  },
};

/** The lines of the file, a second at a time. By RFC 4180, and nothing in a cell is run as a formula. */
export function* csvOf({ windows }: Pick<MergedTimings, 'windows'>): Generator<string> {
  yield line([columns]);
  const seconds = Math.max(-1, ...windows.keys()) + 1;
  for (let second = 0; second < seconds; second++) {
    const parts = windows.get(second) ?? [];
    const users = parts.reduce((sum, part) => sum + part.users, 0);
    const rows = [...recordedIn(parts)].map(([name, cell]) => [second, name, users, ...figures(cell)]);
    yield line(rows);
  }
}

function line(rows: readonly (readonly (string | number)[])[]): string {
  return stringify(rows as (string | number)[][], { record_delimiter: 'windows', escape_formulas: true });
}

interface Recorded {
  readonly outcomes: OutcomeCounts;
  readonly ok: LatencyHistogram;
}

/** By operation, all actions together first; each window is decoded once. */
function recordedIn(parts: readonly EncodedWindow[]): Map<string, Recorded> {
  const found = new Map<string, Recorded>([[ALL_ACTIONS, nothing()]]);
  for (const part of parts) {
    for (const [name, { outcomes, ok }] of Object.entries(part.operations)) {
      const decoded = ok ? LatencyHistogram.decode(ok) : undefined;
      const own = found.get(name) ?? nothing();
      found.set(name, own);
      for (const sum of isAction(name) ? [own, found.get(ALL_ACTIONS)!] : [own]) {
        addOutcomes(sum.outcomes, outcomes);
        if (decoded) sum.ok.add(decoded);
      }
    }
  }
  return found;
}

function nothing(): Recorded {
  return { outcomes: {}, ok: LatencyHistogram.empty(2) };
}

/** The cells from `total` on. A latency that nobody had, or a percentile of too few samples, is an empty cell. */
function figures({ outcomes, ok }: Recorded): (string | number)[] {
  const { ok: successes = 0, aborted = 0, 'rate limited': rateLimited = 0 } = outcomes;
  const total = totalOf(outcomes) - aborted;
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
    ...[0.5, 0.9, 0.95, 0.99].map((quantile) => {
      const value = percentile(ok, quantile);
      return 'valueMs' in value ? rounded(value.valueMs) : '';
    }),
  ];
}

/** To a microsecond, which is what histograms count in. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
