import { recordOfBenchmarks } from '../../benchmarks/record.ts';
import { type BenchmarkResult, verdictOf } from '../../benchmarks/result.ts';
import type { Answered } from '../../conduct/answered.ts';
import { phaseSentence } from '../../history/answer.ts';
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

/** A test of a phase that ran. */
interface Done {
  readonly name: string;
  readonly verdict: string;
}

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
  const complete = (phase: AskedPhase, record: HistoryRecord, done: readonly Done[]) => {
    const names = done.map(({ name }) => name);
    const whole = withMissing(record, phase, missingIn(asked, phase, names));
    return {
      ...whole,
      answer: phaseSentence(
        whole,
        done.map(({ verdict }) => verdict),
      ),
    };
  };
  const records: HistoryRecord[] = [];
  if (answers.length > 0) {
    const done = answers.map(({ question, state }) => ({ name: question, verdict: state }));
    records.push(complete('conduct', recordOfConduct(answers, of('conduct')), done));
  }
  if (experiments.length > 0) {
    const done = experiments.map(({ journal }) => ({
      name: journal.experiment.title,
      verdict: journal.fullhouse.verdict,
    }));
    records.push(complete('chaos', recordOfChaos(experiments, of('chaos')), done));
  }
  if (benchmarks.length > 0) {
    const done = benchmarks.map((result) => ({ name: result.operation, verdict: verdictOf(result) }));
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
