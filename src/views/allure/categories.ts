import { type BenchmarkResult, verdictOf } from '../../benchmarks/result.ts';
import type { State } from '../../conduct/answered.ts';
import type { Journal } from '../../experiments/journal.ts';
import type { FailureKind } from '../../results/annotations.ts';
import type { Summary } from '../../results/summary/schema.ts';

/** The label by which Allure sorts results that have not passed. */
export const FAILURE_LABEL = 'failure';

/** A status and a label of results that have not passed. A result belongs to the first category that matches. */
export interface Category {
  readonly name: string;
  readonly statuses: readonly ('failed' | 'broken')[];
  readonly kind?: FailureKind;
}

export const categories: readonly Category[] = [
  { name: 'Target missed', statuses: ['failed'], kind: 'target missed' },
  { name: 'Check failed', statuses: ['failed'], kind: 'check failed' },
  { name: 'Slower than before', statuses: ['failed'], kind: 'slower' },
  { name: 'Inconclusive', statuses: ['failed', 'broken'], kind: 'inconclusive' },
  { name: 'Harness error', statuses: ['failed', 'broken'] },
];

/** Why a crowd has not passed. The figures of a crowd that lost a slice prove nothing. */
export function failureOfCrowd({
  verdict,
  reasons,
}: Pick<Summary, 'verdict' | 'reasons'>): FailureKind | undefined {
  if (verdict === 'passed') return undefined;
  const has = (...kinds: Summary['reasons'][number]['kind'][]) =>
    reasons.some(({ kind }) => kinds.includes(kind));
  if (has('slice lost', 'shard missing', 'counts differ', 'not started')) return 'harness error';
  if (verdict === 'inconclusive' || verdict === 'interrupted') return 'inconclusive';
  if (has('target missed')) return 'target missed';
  if (has('wrong result')) return 'check failed';
  return has('regression') ? 'slower' : 'harness error';
}

/** Why an experiment has not passed. An aborted experiment has no verdict on the service. */
export function failureOfExperiment({ status, fullhouse }: Journal): FailureKind | undefined {
  if (status !== 'completed') return undefined;
  return fullhouse.verdict === 'failed' ? 'check failed' : 'inconclusive';
}

export function failureOfBenchmark(result: BenchmarkResult): FailureKind | undefined {
  if (result.problem !== null) return 'harness error';
  if (result.regressions.length > 0) return 'slower';
  if (verdictOf(result) === 'failed') return 'target missed';
  return verdictOf(result) === 'inconclusive' ? 'inconclusive' : undefined;
}

export function failureOfAnswer(state: State): FailureKind | undefined {
  if (state === 'failed') return 'check failed';
  return state === 'inconclusive' ? 'inconclusive' : undefined;
}
