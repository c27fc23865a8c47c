import type { TestResult } from '@playwright/test/reporter';
import { type FailureKind, failureKindOf } from '../results/annotations.ts';
import { attachedResults } from '../results/attached.ts';
import { failureOfAnswer, failureOfBenchmark, failureOfExperiment } from './allure/categories.ts';

/** Why a test failed, from its annotations and attachments; undefined if they do not show it. */
export function failureOfTest(
  result: Pick<TestResult, 'annotations' | 'attachments'>,
): FailureKind | undefined {
  const annotated = failureKindOf(result.annotations);
  if (annotated !== undefined) return annotated;
  const { journal, benchmark, answered } = attachedResults(result);
  if (journal) return failureOfExperiment(journal);
  if (benchmark) return failureOfBenchmark(benchmark);
  return answered && failureOfAnswer(answered.state);
}
