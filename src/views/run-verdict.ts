import type { Summary } from '../results/summary/schema.ts';
import { verdictMarks } from './wording.ts';

type Judged = Pick<Summary, 'verdict'> & { readonly run: Pick<Summary['run'], 'crowd'> };

/** The first of these that a load test of the run has is the verdict of the run. */
const worstFirst = ['failed', 'interrupted', 'inconclusive', 'passed'] as const;

/** The verdict of a run with several load tests, above theirs: one line. Undefined where a single verdict says it all. */
export function runVerdictLine(loadTests: readonly Judged[]): string | undefined {
  if (loadTests.length < 2) return undefined;
  const verdict = worstFirst.find((one) => loadTests.some((test) => test.verdict === one))!;
  const passed = loadTests.filter((test) => test.verdict === 'passed').length;
  const each = loadTests.map((test) => `${test.run.crowd}: ${test.verdict}`).join(', ');
  return `${verdictMarks[verdict]} RUN ${verdict.toUpperCase()}: ${passed} of ${loadTests.length} load tests passed (${each})`;
}
