import { newRecord, type Phase } from '../history/new-record.ts';
import { type HistoryRecord, operationRecord } from '../history/record.ts';
import { type BenchmarkResult, doubtsOf, verdictOf } from './result.ts';

/** What is remembered of the benchmarks of one run, or of one of them. */
export function recordOfBenchmarks(
  results: readonly BenchmarkResult[],
  of: Pick<Phase, 'facts' | 'parts'>,
): HistoryRecord {
  const starts = results.map(({ startedAt }) => Date.parse(startedAt));
  return {
    ...newRecord({ kind: 'bench', name: 'operations', at: new Date(Math.min(...starts)), ...of }),
    verdict: overall(results),
    reasons: results.flatMap(reasonsAgainst),
    // What a busy machine made slow is no past to compare with.
    operations: Object.fromEntries(
      results
        .filter(({ breathless }) => breathless === null)
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

/** Failed when any failed; passed when all did. */
export function overall(results: readonly BenchmarkResult[]): 'passed' | 'failed' | 'inconclusive' {
  const verdicts = results.map(verdictOf);
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'passed') ? 'passed' : 'inconclusive';
}

function reasonsAgainst(result: BenchmarkResult): string[] {
  const { operation, targets, regressions } = result;
  return [
    ...doubtsOf(result).map((text) => `${operation}: ${text}`),
    ...targets
      .filter(({ state }) => state !== 'met')
      .map(({ target, state, note }) => `${state}: ${target}${note ? ` (${note})` : ''}`),
    ...regressions.map(({ says }) => says),
  ];
}
