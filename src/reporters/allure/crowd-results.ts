import { createHash } from 'node:crypto';
import {
  type Attachment,
  type Label,
  Stage,
  Status,
  type StepResult,
  type TestResult,
} from 'allure-js-commons';
import { crowdFacts, crowdStory, type Told } from '../crowd-story.ts';
import type { CrowdReport } from '../report-part.ts';
import { targetLine } from '../wording.ts';
import { labelsOf, parametersOf } from './labels.ts';

const verdictStatus = {
  passed: Status.PASSED,
  failed: Status.FAILED,
  inconclusive: Status.BROKEN,
  interrupted: Status.BROKEN,
} as const;
const targetStatus = { met: Status.PASSED, missed: Status.FAILED, inconclusive: Status.BROKEN } as const;
const stepStatus = { fine: Status.PASSED, bad: Status.FAILED, unsure: Status.BROKEN } as const;

/**
 * One crowd as Allure shows it: the load test with its phases, shares and targets as steps, and a result for each
 * target, which has a history of its own. Made of the summary, so shares of one machine or of many are one load test.
 */
export function crowdResults(report: CrowdReport, attachments: readonly Attachment[]): TestResult[] {
  const { summary } = report;
  const { verdict, reasons, targets, run } = summary;
  const whole = result(report, run.crowd, 'the load test', verdictStatus[verdict], reasons.join('\n'));
  return [
    {
      ...whole,
      steps: crowdStory(summary).map((told) => step(told, startOf(report))),
      attachments: [...attachments],
    },
    ...targets.map((target) => {
      const line = targetLine(target);
      const message = target.state === 'met' ? '' : line;
      const one = result(report, `target: ${target.target}`, 'targets', targetStatus[target.state], message);
      const told: Told = {
        text: line,
        state: ({ met: 'fine', missed: 'bad', inconclusive: 'unsure' } as const)[target.state],
        fromS: 0,
        toS: run.durationS,
        parts: [],
      };
      return { ...one, steps: [step(told, startOf(report))] };
    }),
  ];
}

function result(
  report: CrowdReport,
  name: string,
  story: string,
  status: Status,
  message: string,
): TestResult {
  const { run } = report.summary;
  const labels: Label[] = [
    ...labelsOf({ project: 'load', suite: run.crowd, story }),
    { name: 'framework', value: 'fullhouse' },
    { name: 'language', value: 'typescript' },
  ];
  const parameters = parametersOf(crowdFacts(report.summary));
  const fullName = `load › ${run.crowd} › ${name}`;
  const included = parameters.filter(({ excluded }) => !excluded).map((one) => `${one.name}=${one.value}`);
  return {
    // The same one each time, so that publishing again writes over it.
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

function step({ text, state, fromS, toS, parts }: Told, startedAt: number): StepResult {
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

/** In ms since 1970. A crowd that never started has no time of its own. */
function startOf({ summary }: CrowdReport): number {
  return summary.run.startedAt === null ? 0 : Date.parse(summary.run.startedAt);
}

export function digest(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
