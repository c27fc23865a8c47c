import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import type { BenchmarkResult } from '../benchmarks/result.ts';
import type { Answered } from '../conduct/answered.ts';
import { currentRun, loadSettings } from '../config/environment.ts';
import { type HistoryRecord, recordSchema } from '../history/record.ts';
import { UserError } from '../kernel/errors.ts';
import { attachedResults, readAttached } from '../results/attached.ts';
import { readAsked } from '../results/evidence/asked.ts';
import { readEvidence } from '../results/evidence/read.ts';
import type { Experimented } from '../results/records/chaos.ts';
import { recordsOfPhases } from '../results/records/phases.ts';
import { recordOfSoak } from '../results/records/soak.ts';
import type { SoakSummary } from '../results/summary/soak-schema.ts';
import { factsOfRun } from './crowd-context.ts';
import { saveToHistory } from './save-to-history.ts';

let lines: string[] = [];

/** The lines about the history and the alerts of the run, for the end of the console output. */
export function historyLines(): readonly string[] {
  return lines;
}

/**
 * Saves one record for each phase of the run to the history, and sends an alert about regressions and recoveries. Single
 * shards are not added to the history and send no alerts: the merged run does.
 */
export default class HistoryReporter implements Reporter {
  readonly #loads: HistoryRecord[] = [];
  #soak: SoakSummary | undefined;
  readonly #answers: Answered[] = [];
  readonly #experiments: Experimented[] = [];
  readonly #benchmarks: BenchmarkResult[] = [];

  onTestEnd(_test: TestCase, result: TestResult): void {
    const attached = (name: string) => result.attachments.find((one) => one.name === name);
    const { soak, benchmark, answered, journal } = attachedResults(result);
    if (soak) this.#soak = soak;
    const [record, timings] = [attached('record.json'), attached('timings.json')];
    if (record) this.#loads.push(recordSchema.parse(readAttached(record)));
    if (benchmark) this.#benchmarks.push(benchmark);
    if (answered) this.#answers.push(answered);
    if (journal && timings)
      this.#experiments.push({ journal, timings: readAttached(timings) } as Experimented);
  }

  async onEnd(): Promise<void> {
    const run = currentRun();
    if (!run) return;
    const settings = loadSettings();
    const of = { facts: factsOfRun() };
    const results = {
      answers: this.#answers,
      experiments: this.#experiments,
      benchmarks: this.#benchmarks,
    };
    const soaks = this.#soak ? soakRecord(run.id, this.#soak) : [];
    const records = [...this.#loads, ...soaks, ...recordsOfPhases(results, () => of, readAsked(run.id))];
    if (records.length === 0) return;
    const { index, of: shards } = run.shard;
    if (shards > 1) {
      lines.push(
        `History  shard ${index} of ${shards} is not saved (npx fullhouse merge saves the whole run)`,
      );
      return;
    }
    const saved = await saveToHistory(records, { runId: run.id, settings });
    const { failures } = saved;
    lines = [...saved.lines];
    // The console reporter prints this error, and the exit code of the run is not 0.
    if (failures.length > 0) throw new UserError(failures.join('\n'));
  }
}

/** The latencies of a soak are in the evidence of its rounds. */
function soakRecord(runId: string, summary: SoakSummary): HistoryRecord[] {
  const { soak } = readEvidence(runId);
  return soak ? [recordOfSoak(summary, soak.rounds, factsOfRun())] : [];
}
