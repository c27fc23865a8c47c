import type { Summary } from '../results/summary/schema.ts';
import { verdictMarks } from './wording.ts';

type Judged = Pick<Summary, 'verdict'> & { readonly run: Pick<Summary['run'], 'crowd'> };

/** The verdict of the run is the first of these that a load test has. */
const worstFirst = ['failed', 'interrupted', 'inconclusive', 'passed'] as const;

/** One line with the verdict of a run with several load tests; undefined for fewer. */
export function runVerdictLine(loadTests: readonly Judged[]): string | undefined {
  if (loadTests.length < 2) return undefined;
  const verdict = worstFirst.find((one) => loadTests.some((test) => test.verdict === one))!;
  const passed = loadTests.filter((test) => test.verdict === 'passed').length;
  const each = loadTests.map((test) => `${test.run.crowd}: ${test.verdict}`).join(', ');
  return `${verdictMarks[verdict]} RUN ${verdict.toUpperCase()}: ${passed} of ${loadTests.length} load tests passed (${each})`;
}
