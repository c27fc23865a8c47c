import { recordOfBenchmarks } from '../../benchmarks/record.ts';
import type { BenchmarkResult } from '../../benchmarks/result.ts';
import type { Answered } from '../../conduct/answered.ts';
import type { Phase } from '../../history/new-record.ts';
import type { HistoryRecord } from '../../history/record.ts';
import {
  type Asked,
  type AskedPhase,
  type Missing,
  missingIn,
  missingText,
  verdictWithout,
} from '../evidence/asked.ts';
import { type Experimented, recordOfChaos } from './chaos.ts';
import { recordOfConduct } from './conduct.ts';

/** The evidence of the phases of a run, except for the load. */
export interface PhaseResults {
  readonly answers: readonly Answered[];
  readonly experiments: readonly Experimented[];
  readonly benchmarks: readonly BenchmarkResult[];
}

/** One record for each phase with results. `asked`: the requested tests of the run. */
export function recordsOfPhases(
  { answers, experiments, benchmarks }: PhaseResults,
  of: (phase: AskedPhase) => Pick<Phase, 'facts' | 'parts'>,
  asked: Asked | undefined,
): HistoryRecord[] {
  const complete = (phase: AskedPhase, record: HistoryRecord, done: readonly string[]) =>
    withMissing(record, phase, missingIn(asked, phase, done));
  const records: HistoryRecord[] = [];
  if (answers.length > 0) {
    const done = answers.map(({ question }) => question);
    records.push(complete('conduct', recordOfConduct(answers, of('conduct')), done));
  }
  if (experiments.length > 0) {
    const done = experiments.map(({ journal }) => journal.experiment.title);
    records.push(complete('chaos', recordOfChaos(experiments, of('chaos')), done));
  }
  if (benchmarks.length > 0) {
    const done = benchmarks.map(({ operation }) => operation);
    records.push(complete('bench', recordOfBenchmarks(benchmarks, of('bench')), done));
  }
  return records;
}

/** A phase that did not run all of its tests gets a reason, and has not passed. */
export function withMissing(record: HistoryRecord, phase: AskedPhase, missing: Missing): HistoryRecord {
  const reasons = missingText(phase, missing).map((message) => ({ kind: 'not run' as const, message }));
  return {
    ...record,
    verdict: verdictWithout(record.verdict, missing),
    reasons: [...record.reasons, ...reasons],
  };
}
