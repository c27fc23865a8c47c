import { type BenchmarkResult, verdictOf } from '../../benchmarks/result.ts';
import { MergedTimings } from '../../timings/merged-timings.ts';
import { distributionsOf } from './distribution.ts';
import type { Distributions } from './distribution-schema.ts';
import { operationsOf } from './operations.ts';
import type { Summary } from './schema.ts';

/** One benchmark with its figures. */
export interface BenchmarkSummary {
  readonly result: BenchmarkResult;
  readonly verdict: ReturnType<typeof verdictOf>;
  /** Null when nothing was measured. */
  readonly figures: Summary['operations'][string] | null;
}

export interface BenchmarksSummary {
  readonly benchmarks: readonly BenchmarkSummary[];
  readonly distributions: Distributions;
}

export function summariseBenchmarks(results: readonly BenchmarkResult[]): BenchmarksSummary {
  const operations = Object.fromEntries(results.map(({ operation, timings }) => [operation, timings]));
  const merged = new MergedTimings([{ operations, windows: [] }]);
  const figures = operationsOf(merged);
  return {
    benchmarks: results.map((result) => ({
      result,
      verdict: verdictOf(result),
      figures: figures[result.operation] ?? null,
    })),
    distributions: distributionsOf(merged),
  };
}
