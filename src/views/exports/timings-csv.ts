import { stringify } from 'csv-stringify/sync';
import { isAction } from '../../timings/catalogue.ts';
import type { EncodedWindow } from '../../timings/encoded.ts';
import { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { addOutcomes, type MergedTimings, totalOfService } from '../../timings/merged-timings.ts';
import { quantilesMs } from '../../timings/percentile.ts';
import { emptySecond, type Second } from '../../timings/worst-window.ts';
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

/** By operation, all actions together first; each window is decoded once. */
function recordedIn(parts: readonly EncodedWindow[]): Map<string, Second> {
  const found = new Map<string, Second>([[ALL_ACTIONS, emptySecond()]]);
  for (const part of parts) {
    for (const [name, { outcomes, ok, earliest }] of Object.entries(part.operations)) {
      const decoded = ok ? LatencyHistogram.decode(ok) : undefined;
      // Without an earliest end, or with the same one, the latencies are exact.
      const least = earliest && earliest.hdr !== ok?.hdr ? LatencyHistogram.decode(earliest) : decoded;
      const own = found.get(name) ?? emptySecond();
      found.set(name, own);
      for (const sum of isAction(name) ? [own, found.get(ALL_ACTIONS)!] : [own]) {
        addOutcomes(sum.outcomes, outcomes);
        if (decoded) sum.ok.add(decoded);
        if (least) sum.earliest.add(least);
      }
    }
  }
  return found;
}

/** The cells from `total` on. A latency that nobody had, or a percentile of too few samples, is an empty cell. */
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

/** To a microsecond, which is what histograms count in. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function valuesOf(latencies: LatencyHistogram): (string | number)[] {
  return quantilesMs(latencies, [0.5, 0.9, 0.95, 0.99]).map((value) =>
    value === null ? '' : rounded(value),
  );
}
