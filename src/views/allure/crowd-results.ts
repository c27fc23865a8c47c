import { createHash } from 'node:crypto';
import {
  type Attachment,
  type Label,
  Stage,
  Status,
  type StepResult,
  type TestResult,
} from 'allure-js-commons';
import { isMissed } from '../../crowd/self-check.ts';
import { type Reason, reasonText } from '../../history/reason.ts';
import type { FailureKind } from '../../results/annotations.ts';
import type { Summary } from '../../results/summary/schema.ts';
import type { CrowdReport } from '../../results/summary/summarise-readable.ts';
import { unmetText } from '../../targets/judgement-text.ts';
import { crowdFacts, loadStory, type StoryLine } from '../crowd-story.ts';
import { targetText } from '../wording.ts';
import { FAILURE_LABEL, failureOfCrowd } from './categories.ts';
import { labelsOf, parametersOf, purposes, valueLabel } from './labels.ts';

const targetStatus = { met: Status.PASSED, missed: Status.FAILED, inconclusive: Status.BROKEN } as const;
const stepStatus = { fine: Status.PASSED, bad: Status.FAILED, unsure: Status.BROKEN } as const;
const targetFailure = { met: undefined, missed: 'target missed', inconclusive: 'inconclusive' } as const;

/** Reasons with a result of their own, so the result of the load itself does not repeat them. */
const TARGET_REASONS: readonly Reason['kind'][] = ['target missed', 'target inconclusive'];
const COMPARISON_REASONS: readonly Reason['kind'][] = ['regression', 'not compared'];

/**
 * The Allure results of a crowd: the load itself with its phases and slices as steps, each target, so that each target has
 * its own history, and the comparison with the past. Each reason against the run is in one of them. They come from the
 * summary: a merged crowd is one load test too.
 */
export function crowdResults(report: CrowdReport, attachments: readonly Attachment[]): TestResult[] {
  const { summary, evidence } = report;
  return [
    loadResult(report, attachments),
    ...summary.targets.map((target) => targetResult(report, target)),
    ...(evidence.comparison ? [comparisonResult(report)] : []),
  ];
}

function loadResult(report: CrowdReport, attachments: readonly Attachment[]): TestResult {
  const { summary } = report;
  const { verdict, run } = summary;
  const elsewhere = [...TARGET_REASONS, ...COMPARISON_REASONS];
  const reasons = summary.reasons.filter(({ kind }) => !elsewhere.includes(kind));
  const isFine = verdict === 'passed' || (reasons.length === 0 && summary.reasons.length > 0);
  const failure = isFine ? undefined : failureOfCrowd({ verdict, reasons });
  const whole = result(report, {
    key: run.crowd,
    name: `${run.crowd}: ${summary.capacity ? 'found the capacity' : 'ran as requested'}`,
    story: summary.capacity ? 'the search' : 'the load test',
    labels: { [purposes.label]: purposes.loadTest },
    status: isFine ? Status.PASSED : failure === 'inconclusive' ? Status.BROKEN : Status.FAILED,
    message: reasons.map(reasonText).join('\n'),
    failure,
  });
  const startedAt = startOf(report);
  return {
    ...whole,
    start: startedAt,
    stop: startedAt + run.durationS * 1000,
    steps: loadStory(summary).map((line) => step(line, startedAt)),
    attachments: [...attachments],
  };
}

function targetResult(report: CrowdReport, target: Summary['targets'][number]): TestResult {
  // A load generator that was late may be the cause of a missed target.
  const isDoubtful = target.state === 'missed' && !isMissed(target, report.summary.selfCheck.findings);
  const state = isDoubtful ? 'inconclusive' : target.state;
  const key = `target: ${target.target}`;
  return result(report, {
    key,
    // The message has the problem of a target without a value.
    name: target.value === null ? key : `target: ${targetText(target)}`,
    story: 'targets',
    labels: { [purposes.label]: purposes.target, [valueLabel]: targetText(target) },
    status: targetStatus[state],
    message: state === 'met' ? '' : unmetText(target),
    failure: targetFailure[state],
  });
}

function comparisonResult(report: CrowdReport): TestResult {
  const reasons = report.summary.reasons.filter(({ kind }) => COMPARISON_REASONS.includes(kind));
  const isSlower = reasons.some(({ kind }) => kind === 'regression');
  return result(report, {
    key: 'comparison',
    name: report.summary.capacity ? 'not less than before' : 'not slower than before',
    story: 'comparison',
    labels: {},
    status: isSlower ? Status.FAILED : reasons.length > 0 ? Status.BROKEN : Status.PASSED,
    message: reasons.map(reasonText).join('\n'),
    failure: isSlower ? 'slower' : reasons.length > 0 ? 'inconclusive' : undefined,
  });
}

interface Shown {
  /** Its history belongs to this text, which is the same in all runs. */
  readonly key: string;
  readonly name: string;
  readonly story: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: Status;
  readonly message: string;
  readonly failure: FailureKind | undefined;
}

/** A judgement takes no time: it has the time of the end of the crowd. */
function result(report: CrowdReport, { key, name, story, status, message, ...shown }: Shown): TestResult {
  const { run, capacity } = report.summary;
  const phase = capacity ? 'capacity' : 'load';
  const labels: Label[] = [
    ...labelsOf({ project: phase, suite: run.crowd, story }),
    { name: 'framework', value: 'fullhouse' },
    { name: 'language', value: 'typescript' },
    ...Object.entries(shown.labels).map(([name, value]) => ({ name, value })),
    ...(shown.failure === undefined ? [] : [{ name: FAILURE_LABEL, value: shown.failure }]),
  ];
  const parameters = parametersOf(crowdFacts(report.summary));
  const fullName = `${phase} › ${run.crowd} › ${key}`;
  const endedAt = startOf(report) + run.durationS * 1000;
  const included = parameters.filter(({ excluded }) => !excluded).map((one) => `${one.name}=${one.value}`);
  return {
    // A stable ID: publishing the run again replaces the result.
    uuid: digest(`${run.id} ${fullName}`),
    historyId: digest([fullName, ...included].join('\n')),
    testCaseId: digest(fullName),
    name,
    fullName,
    titlePath: [phase, run.crowd, story],
    labels,
    links: [],
    parameters,
    status,
    statusDetails: message === '' ? {} : { message },
    stage: Stage.FINISHED,
    start: endedAt,
    stop: endedAt,
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
