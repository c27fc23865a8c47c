import { verdictSentence } from '../../../history/answer.ts';
import type { Reason } from '../../../history/reason.ts';
import { reasonText } from '../../../history/reason.ts';
import { clock, counted, inUnit, ms, number } from '../../../kernel/figures.ts';
import type { Judgement } from '../../../targets/judgement.ts';
import { unmetText } from '../../../targets/judgement-text.ts';
import type { MergedTimings } from '../../../timings/merged-timings.ts';
import type { CrowdEvidence } from '../../evidence/crowd-evidence.ts';
import type { Summary } from '../schema.ts';
import { meanwhile } from './meanwhile.ts';
import { measureOf } from './measure.ts';
import { hostOf, operationOf } from './parts.ts';
import { culpritPhrase, failurePhrase, slowestPhrase, timePhrase } from './phrases.ts';
import { timeOf } from './when.ts';

/** The answer of a run in one sentence, and what it is about. */
export type Answer = Summary['answer'];

type Unanswered = Omit<Summary, 'answer'>;
type Recorded = { readonly crowd: CrowdEvidence; readonly timings: MergedTimings };

/**
 * The answer: the verdict and its cause, by plain rules over the recorded data. A part of the data (a time, an operation,
 * a slice, a machine) is named only if it alone causes the missed target (see `standsOut`). Otherwise the sentence ends
 * with the facts.
 */
export function answerOf(summary: Unanswered, recorded: Recorded): Answer {
  const { verdict, reasons, targets } = summary;
  if (verdict === 'passed') return { sentence: verdictSentence(verdict, passedText(summary)) };
  if (verdict === 'interrupted' && summary.run.startedAt !== null) return interruptedAnswer(summary);
  const [first, ...others] = reasons;
  const missed = targets.find(({ target, state }) => target === first?.subject && state === 'missed');
  const found =
    missed && first?.kind === 'target missed' ? missedAnswer(missed, summary, recorded) : undefined;
  const text =
    found?.sentence ?? (first === undefined ? 'no reason is recorded' : withoutStop(reasonText(first)));
  const more = othersText(others, first?.kind === 'load generator');
  const whole = [text, ...(more === '' ? [] : [more])].join(STOP.test(text) ? '. ' : '; ');
  return { ...found, sentence: verdictSentence(verdict, whole) };
}

function interruptedAnswer({ verdict, targets, run }: Unanswered): Answer {
  const missed = targets.filter(({ state }) => state === 'missed').length;
  const text =
    missed === 0 ? 'no target was missed until then' : `${counted(missed, 'target')} missed until then`;
  return { sentence: verdictSentence(verdict, text, { after: clock(run.durationS) }) };
}

/** A hint is a sentence of its own. */
const STOP = /\. [A-Z]/;

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

/** `the load generator was overloaded too, 3 more targets missed, 1 more reason` */
function othersText(reasons: readonly Reason[], isAlone: boolean): string {
  // A run without a verdict is not compared: that is no reason of its own.
  const others = reasons.filter(({ kind }) => kind !== 'not compared');
  const count = (kind: Reason['kind']) => others.filter((one) => one.kind === kind).length;
  const [missed, generator] = [count('target missed'), count('load generator')];
  const rest = others.length - missed - generator;
  return [
    ...(generator > 0 ? [`the load generator had ${isAlone ? 'more problems' : 'a problem too'}`] : []),
    ...(missed > 0 ? [`${counted(missed, 'more target')} missed`] : []),
    ...(rest > 0 ? [counted(rest, 'more reason')] : []),
  ].join(', ');
}

function missedAnswer(missed: Judgement, summary: Unanswered, { crowd, timings }: Recorded): Answer {
  const target = crowd.targets.find(({ text }) => text === missed.target);
  const measure = target && measureOf(target, missed);
  // Beside the measure, the details of a note are words of their own.
  if (!target || !measure || missed.value === null) {
    const isOfCalls = missed.statistic === 'wrong answers' || missed.statistic === 'sessions completed';
    const failures = isOfCalls ? failurePhrase({ kind: 'failed', operation: undefined }, summary) : [];
    return { sentence: [unmetText(missed), ...failures].join('; '), ...momentOf(missed) };
  }
  const operation = operationOf(measure, timings);
  // The other operations would hide when it was slow.
  const span = timeOf(operation ? { ...measure, operation: operation.name } : measure, timings, summary);
  const host = hostOf(measure, crowd);
  const { note: _, ...bare } = missed;
  const count = measure.kind === 'events' && missed.note ? ` (${missed.note})` : '';
  const decidedBy = missed.decidedBy === undefined ? '' : ` (${missed.decidedBy})`;
  const facts = [
    `${unmetText(bare)}${count}${decidedBy}${span ? timePhrase(span) : ''}`,
    ...(operation && measure.kind === 'slow' ? [culpritPhrase(measure, target, operation)] : []),
    ...(!operation && !host && !span?.silence && measure.kind === 'slow' && measure.operation === undefined
      ? slowestPhrase(target, summary)
      : []),
    ...(measure.kind === 'slow' ? [] : failurePhrase(measure, summary)),
    ...(host ? [culpritPhrase(measure, target, host)] : []),
    ...(span ? meanwhile(span, summary) : []),
  ];
  const about = operation?.name ?? measure.operation;
  return {
    sentence: facts.join('; '),
    ...(span
      ? { fromS: span.fromS, toS: Math.min(span.toS, Math.ceil(summary.run.durationS)) }
      : momentOf(missed)),
    ...(about === undefined ? {} : { operation: about }),
  };
}

/** The worst window of a target about one. */
function momentOf({ window }: Judgement): Pick<Answer, 'fromS' | 'toS'> {
  return window === undefined ? {} : { ...window };
}

function passedText({ targets, latency, totals, users }: Unanswered): string {
  const p95 = latency?.p95;
  const limit = targets.find((one) => one.statistic === 'p95' && one.operation === undefined && !one.each);
  const facts = [
    targets.length === 1 ? 'the target was met' : `all ${number(targets.length)} targets were met`,
    ...(p95 && 'valueMs' in p95
      ? [`latency p95 was ${ms(p95.valueMs)}${limit ? ` (limit ${inUnit(limit.limit, limit.unit)})` : ''}`]
      : []),
    `${number(totals.failed)} of ${counted(totals.total, 'request')} failed`,
    `${counted(users.peak, 'user')} at peak`,
  ];
  return facts.join('; ');
}
