import { join } from 'node:path';
import type { Finding, FindingVerdict } from '../../../src/checks/check.ts';
import type { Journal } from '../../../src/experiments/journal.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { History } from '../../../src/history/store.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import type { ForeignOptions } from '../foreign/foreign-service.ts';
import type { ForeignName } from '../foreign/services.ts';
import { startForeignProcess } from '../foreign/start.ts';
import { filesIn } from './all-phases.ts';
import { type Outcome, run } from './run.ts';

/** The result of one experiment. */
export interface Ended {
  readonly title: string;
  readonly verdict: FindingVerdict;
  readonly findings: readonly Finding[];
}

export interface ForeignOutcome extends Outcome {
  readonly records: readonly HistoryRecord[];
  readonly experiments: readonly Ended[];
}

export interface ForeignRun extends Pick<ForeignOptions, 'defects'> {
  readonly settings?: Readonly<Record<string, string>>;
  /** Arguments of the run, such as the phase. */
  readonly args?: readonly string[];
  /** The folder of the history. */
  readonly history: string;
}

/** Runs the harness on a foreign service in its own process. */
export async function foreignRun(
  name: ForeignName,
  { defects, settings = {}, args = ['--project=load', '--workers=2'], history }: ForeignRun,
): Promise<ForeignOutcome> {
  const service = await startForeignProcess(name, defects ? { defects } : {});
  try {
    const { contract: CONTRACT, environment } = service;
    const outcome = await run(
      { CONTRACT, ...environment, TARGETS: '', HISTORY_FOLDER: history, ...settings },
      args,
    );
    const { records, damaged } = await new History(history).read();
    if (damaged.length > 0) throw new Error(`The history has damaged records: ${damaged.join(', ')}`);
    return { ...outcome, records, experiments: experimentsIn(outcome.output) };
  } finally {
    await service.close();
  }
}

function experimentsIn(output: string): Ended[] {
  const id = /reports\/runs\/([^\s/]+)\//.exec(output)?.[1];
  if (id === undefined) return [];
  // The folder also has the timings of the experiments.
  return (filesIn(join(runFolder(id), 'chaos')) as Partial<Journal>[]).flatMap(
    ({ experiment, fullhouse }) => {
      if (!experiment || !fullhouse) return [];
      const { verdict, findings, checks } = fullhouse;
      return [
        { title: experiment.title, verdict, findings: [...findings, ...checks.map((one) => one.finding)] },
      ];
    },
  );
}

/** The names of the failed checks, each once. */
export function failedChecks(experiments: readonly Ended[]): string[] {
  const failed = experiments.flatMap(({ findings }) =>
    findings.filter(({ verdict }) => verdict === 'failed'),
  );
  return [...new Set(failed.map(({ check }) => check))];
}

/** The only check that may be inconclusive on a healthy service, because it shows a busy machine. */
const BUSY = 'the generator read in time';

/** The mistakes of experiments on a healthy service. */
export function mistakesOfHealthy(experiments: readonly Ended[]): string[] {
  const mistakes = experiments.flatMap(({ title, verdict, findings }) => {
    if (verdict === 'failed') return [`${title}: failed: ${failedChecks([{ title, verdict, findings }])}`];
    const unanswered = findings.filter((finding) => finding.verdict === 'inconclusive');
    const doubts = unanswered
      .filter(({ check }) => check !== BUSY)
      .map(({ check, message }) => `${check}: ${message}`);
    if (doubts.length > 0) return [`${title}: ${doubts.join('; ')}`];
    if (verdict === 'inconclusive' && unanswered.length === 0)
      return [`${title}: inconclusive without a reason`];
    const isSilent = verdict === 'not applicable' && findings.every(({ message }) => message.trim() === '');
    return isSilent ? [`${title}: not applicable without a reason`] : [];
  });
  const done = experiments.filter(({ verdict }) => verdict === 'passed' || verdict === 'inconclusive');
  return done.length >= 6 ? mistakes : [...mistakes, `only ${done.length} experiments took place`];
}
