import { stripVTControlCharacters } from 'node:util';
import type { FullResult, TestCase } from '@playwright/test/reporter';
import { worstVerdict } from '../../history/answer.ts';
import { reasonText } from '../../history/reason.ts';
import { counted } from '../../kernel/figures.ts';
import { projectOf, purposeOf } from '../../results/annotations.ts';
import type { Summary } from '../../results/summary/schema.ts';
import { failureOfTest } from '../failure-of-test.ts';

/** The result of a whole run, for the top of Playwright's report. */
export interface Answer {
  readonly verdict: Summary['verdict'];
  /** `FAILED: latency p95 was 612 ms, 1.2× the 500 ms limit`. */
  readonly sentence: string;
}

export interface Ended {
  readonly status: FullResult['status'];
  /** Of crowds, and of a soak. */
  readonly summaries: readonly Pick<Summary, 'verdict' | 'reasons'>[];
  readonly tests: readonly TestCase[];
}

/** The most reasons in one sentence. */
const SHOWN_REASONS = 2;
const SUMMARISED = ['load', 'capacity', 'soak'].flatMap((phase) => [phase, `${phase} verdict`]);

/** The verdict of a run with all its phases, with the first reasons. */
export function answerOf({ status, summaries, tests }: Ended): Answer {
  const failed = tests.filter((test) => test.outcome() === 'unexpected');
  // The summary of a crowd has the verdict of the tests of its load.
  const others = failed.filter((test) => summaries.length === 0 || !SUMMARISED.includes(projectOf(test)));
  const verdicts: Summary['verdict'][] = [
    ...summaries.map(({ verdict }) => verdict),
    ...others.map((test) => (failureKind(test) === 'inconclusive' ? 'inconclusive' : 'failed')),
    ...(status === 'interrupted' ? (['interrupted'] as const) : []),
    ...(status === 'timedout' ? (['failed'] as const) : []),
  ];
  const found = worstVerdict(verdicts) ?? 'passed';
  const verdict = found === 'passed' && status !== 'passed' ? 'failed' : found;
  const reasons = [
    ...summaries.flatMap(({ reasons }) => reasons.map(reasonText)),
    ...others.flatMap(whyFailed),
  ];
  return { verdict, sentence: sentenceOf(verdict, reasons, tests) };
}

function sentenceOf(verdict: Answer['verdict'], reasons: readonly string[], tests: readonly TestCase[]) {
  const more = reasons.length - SHOWN_REASONS;
  const shown =
    verdict === 'passed'
      ? [passedText(tests)]
      : [...reasons.slice(0, SHOWN_REASONS), ...(more > 0 ? [`and ${counted(more, 'more reason')}`] : [])];
  return [verdict.toUpperCase(), ...(shown.length > 0 ? [shown.join('; ')] : [])].join(': ');
}

function passedText(tests: readonly TestCase[]): string {
  const passed = tests.filter((test) => test.outcome() === 'expected');
  const targets = passed.filter(({ results }) => purposeOf(results.at(-1)?.annotations ?? []) === 'target');
  return targets.length > 0
    ? `${counted(targets.length, 'target')} met`
    : `${counted(passed.length, 'test')} passed`;
}

function failureKind({ results }: TestCase) {
  const result = results.at(-1);
  return result && failureOfTest(result);
}

/** The first line of the error of a test, with the title that it is about. */
function whyFailed(test: TestCase): string[] {
  const message = test.results.at(-1)?.errors[0]?.message;
  if (message === undefined) return [];
  const [line] = stripVTControlCharacters(message).split('\n', 1);
  return [purposeOf(test.annotations) === 'target' ? line! : `${test.title}: ${line}`];
}
