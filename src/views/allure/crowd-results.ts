import { createHash } from 'node:crypto';
import {
  type Attachment,
  type Label,
  Stage,
  Status,
  type StepResult,
  type TestResult,
} from 'allure-js-commons';
import { reasonText } from '../../history/reason.ts';
import type { FailureKind } from '../../results/annotations.ts';
import type { CrowdReport } from '../../results/summary/summarise-readable.ts';
import { unmetText } from '../../targets/judgement-text.ts';
import { crowdFacts, crowdStory, type StoryLine, storyState } from '../crowd-story.ts';
import { targetLine, targetText } from '../wording.ts';
import { FAILURE_LABEL, failureOfCrowd } from './categories.ts';
import { labelsOf, parametersOf, purposes, valueLabel } from './labels.ts';

const verdictStatus = {
  passed: Status.PASSED,
  failed: Status.FAILED,
  inconclusive: Status.BROKEN,
  interrupted: Status.BROKEN,
} as const;
const targetStatus = { met: Status.PASSED, missed: Status.FAILED, inconclusive: Status.BROKEN } as const;
const stepStatus = { fine: Status.PASSED, bad: Status.FAILED, unsure: Status.BROKEN } as const;
const targetFailure = { met: undefined, missed: 'target missed', inconclusive: 'inconclusive' } as const;

/**
 * The Allure results of a crowd: the load test with its phases, slices and targets as steps, and a result for each
 * target, so that each target has its own history. They come from the summary: a merged crowd is one load test too.
 */
export function crowdResults(report: CrowdReport, attachments: readonly Attachment[]): TestResult[] {
  const { summary } = report;
  const { verdict, reasons, targets, run } = summary;
  const whole = result(report, {
    name: run.crowd,
    story: 'the load test',
    labels: { [purposes.label]: purposes.loadTest },
    status: verdictStatus[verdict],
    message: reasons.map(reasonText).join('\n'),
    failure: failureOfCrowd(summary),
  });
  return [
    {
      ...whole,
      steps: crowdStory(summary).map((line) => step(line, startOf(report))),
      attachments: [...attachments],
    },
    ...targets.map((target) => {
      const { state } = target;
      const one = result(report, {
        name: `target: ${target.target}`,
        story: 'targets',
        labels: { [purposes.label]: purposes.target, [valueLabel]: targetText(target) },
        status: targetStatus[state],
        message: state === 'met' ? '' : unmetText(target),
        failure: targetFailure[state],
      });
      const line = { text: targetLine(target), state: storyState[state], fromS: 0, toS: run.durationS };
      return { ...one, steps: [step({ ...line, parts: [] }, startOf(report))] };
    }),
  ];
}

interface Shown {
  readonly name: string;
  readonly story: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: Status;
  readonly message: string;
  readonly failure: FailureKind | undefined;
}

function result(report: CrowdReport, { name, story, status, message, ...shown }: Shown): TestResult {
  const { run } = report.summary;
  const labels: Label[] = [
    ...labelsOf({ project: 'load', suite: run.crowd, story }),
    { name: 'framework', value: 'fullhouse' },
    { name: 'language', value: 'typescript' },
    ...Object.entries(shown.labels).map(([name, value]) => ({ name, value })),
    ...(shown.failure === undefined ? [] : [{ name: FAILURE_LABEL, value: shown.failure }]),
  ];
  const parameters = parametersOf(crowdFacts(report.summary));
  const fullName = `load › ${run.crowd} › ${name}`;
  const included = parameters.filter(({ excluded }) => !excluded).map((one) => `${one.name}=${one.value}`);
  return {
    // A stable ID: publishing the run again replaces the result.
    uuid: digest(`${run.id} ${fullName}`),
    historyId: digest([fullName, ...included].join('\n')),
    testCaseId: digest(fullName),
    name,
    fullName,
    titlePath: ['load', run.crowd, story],
    labels,
    links: [],
    parameters,
    status,
    statusDetails: message === '' ? {} : { message },
    stage: Stage.FINISHED,
    start: startOf(report),
    stop: startOf(report) + run.durationS * 1000,
    steps: [],
    attachments: [],
  };
}

function step({ text, state, fromS, toS, parts }: StoryLine, startedAt: number): StepResult {
  return {
    name: text,
    status: stepStatus[state],
    statusDetails: {},
    stage: Stage.FINISHED,
    start: startedAt + fromS * 1000,
    stop: startedAt + toS * 1000,
    steps: parts.map((part) => step(part, startedAt)),
    attachments: [],
    parameters: [],
  };
}

/** In ms since 1970; 0 for a crowd that never started. */
function startOf({ summary }: CrowdReport): number {
  return summary.run.startedAt === null ? 0 : Date.parse(summary.run.startedAt);
}

export function digest(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
