import { newRecord, type Phase } from '../history/new-record.ts';
import { reasonsAgainst } from '../history/past.ts';
import { type Reason, unmetReason } from '../history/reason.ts';
import { type HistoryRecord, operationRecord } from '../history/record.ts';
import { type BenchmarkResult, doubtsOf, verdictOf } from './result.ts';

/** The history record of one or all benchmarks of a run. */
export function recordOfBenchmarks(
  results: readonly BenchmarkResult[],
  of: Pick<Phase, 'facts' | 'parts'>,
): HistoryRecord {
  const starts = results.map(({ startedAt }) => Date.parse(startedAt));
  return {
    ...newRecord({ kind: 'bench', name: 'operations', at: new Date(Math.min(...starts)), ...of }),
    verdict: overall(results),
    reasons: results.flatMap(reasonsOf),
    // Results of a busy machine are too slow for comparisons.
    operations: Object.fromEntries(
      results
        .filter(({ overloaded }) => overloaded === null)
        .map(({ operation, timings }) => [operation, operationRecord(timings)]),
    ),
    targets: results.flatMap(({ targets }) => targets),
    regressions: results.flatMap(({ regressions }) => regressions),
    compared: {
      baseline: results.flatMap(({ compared }) => compared?.baseline ?? []),
      series: results.flatMap(({ compared }) => compared?.series ?? []),
    },
  };
}

/** Failed if a benchmark failed; passed if all benchmarks passed. */
export function overall(results: readonly BenchmarkResult[]): 'passed' | 'failed' | 'inconclusive' {
  const verdicts = results.map(verdictOf);
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'passed') ? 'passed' : 'inconclusive';
}

function reasonsOf(result: BenchmarkResult): Reason[] {
  const { operation: scope, targets } = result;
  return [
    ...doubtsOf(result).map((message): Reason => ({ kind: 'benchmark problem', scope, message })),
    ...targets.filter(({ state }) => state !== 'met').map((target) => ({ ...unmetReason(target), scope })),
    ...reasonsAgainst({ ...result, notCompared: null }),
  ];
}
