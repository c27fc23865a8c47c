import type { PhaseAnswer } from '../history/answer.ts';
import type { Reason } from '../history/reason.ts';
import type { HistoryRecord } from '../history/record.ts';
import { recordsOfPhases } from '../results/records/phases.ts';
import type { Summary } from '../results/summary/schema.ts';
import type { SoakSummary } from '../results/summary/soak-schema.ts';
import type { RunReport, SoakReport } from './report-part.ts';

/** The answer of one phase, with what every report shows below it. */
export interface AnsweredPhase extends PhaseAnswer {
  readonly reasons: readonly Reason[];
  /** The time and the operation that it names; only of a crowd. */
  readonly about?: Pick<Summary['answer'], 'fromS' | 'toS' | 'operation'>;
}

/** The part of a report that its answers need. */
interface Report extends Omit<RunReport, 'crowds' | 'soak'> {
  readonly crowds: readonly { readonly summary: Summary }[];
  readonly soak?: Pick<SoakReport, 'summary'> | undefined;
}

/** The answers of all phases of a run: of its crowds first. */
export function answersOf(report: Report): AnsweredPhase[] {
  const ofCrowds = report.crowds.map(({ summary }) => answerOfCrowd(summary));
  const ofSoak = report.soak ? [answerOfSoak(report.soak.summary)] : [];
  return [...ofCrowds, ...ofSoak, ...recordsIn(report).map(answerOfRecord)];
}

/** The records of all phases except crowds and soaks. Evidence of earlier versions may have no facts: then there is no record. */
export function recordsIn({
  answers,
  experiments,
  benchmarks,
  facts,
  asked,
}: Omit<Report, 'crowds' | 'soak'>): HistoryRecord[] {
  if (facts === undefined) return [];
  const timed = experiments.map(({ journal, timings }) => ({
    journal,
    timings: timings ?? { operations: {}, windows: [] },
  }));
  return recordsOfPhases({ answers, benchmarks, experiments: timed }, () => ({ facts }), asked);
}

function answerOfCrowd(summary: Summary): AnsweredPhase {
  const { verdict, run, reasons, capacity } = summary;
  const { sentence, ...about } = summary.answer;
  return { kind: capacity ? 'capacity' : 'load', name: run.crowd, verdict, sentence, reasons, about };
}

function answerOfSoak({ run, verdict, answer, reasons }: SoakSummary): AnsweredPhase {
  return { kind: 'soak', name: run.name, verdict, sentence: answer.sentence, reasons };
}

function answerOfRecord({ kind, name, verdict, answer = '', reasons }: HistoryRecord): AnsweredPhase {
  return { kind, name, verdict, sentence: answer, reasons };
}
