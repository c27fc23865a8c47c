import type { PhaseAnswer } from '../history/answer.ts';
import type { Reason } from '../history/reason.ts';
import type { HistoryRecord } from '../history/record.ts';
import { recordsOfPhases } from '../results/records/phases.ts';
import type { Summary } from '../results/summary/schema.ts';
import type { RunReport } from './report-part.ts';

/** The answer of one phase, with what every report shows below it. */
export interface AnsweredPhase extends PhaseAnswer {
  readonly reasons: readonly Reason[];
  /** The time and the operation that it names; only of a crowd. */
  readonly about?: Pick<Summary['answer'], 'fromS' | 'toS' | 'operation'>;
}

type Report = Omit<RunReport, 'crowds'> & { readonly crowds: readonly { readonly summary: Summary }[] };

/** The answers of all phases of a run: of its crowds first. */
export function answersOf(report: Report): AnsweredPhase[] {
  const ofCrowds = report.crowds.map(({ summary }) => answerOfCrowd(summary));
  return [...ofCrowds, ...recordsIn(report).map(answerOfRecord)];
}

/** The records of all phases except the load. Evidence of earlier versions may have no facts: then there is no record. */
export function recordsIn({
  answers,
  experiments,
  benchmarks,
  facts,
  asked,
}: Omit<Report, 'crowds'>): HistoryRecord[] {
  if (facts === undefined) return [];
  const timed = experiments.map(({ journal, timings }) => ({
    journal,
    timings: timings ?? { operations: {}, windows: [] },
  }));
  return recordsOfPhases({ answers, benchmarks, experiments: timed }, () => ({ facts }), asked);
}

function answerOfCrowd({ verdict, run, reasons, answer: { sentence, ...about } }: Summary): AnsweredPhase {
  return { kind: 'load', name: run.crowd, verdict, sentence, reasons, about };
}

function answerOfRecord({ kind, name, verdict, answer = '', reasons }: HistoryRecord): AnsweredPhase {
  return { kind, name, verdict, sentence: answer, reasons };
}
