import { readFileSync } from 'node:fs';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { recordOfBenchmarks } from '../benchmarks/record.ts';
import { type BenchmarkResult, benchmarkSchema } from '../benchmarks/result.ts';
import { type Answered, answeredSchema } from '../conduct/answered.ts';
import { currentRun, loadSettings } from '../config/environment.ts';
import { type HistoryRecord, recordSchema } from '../history/record.ts';
import { runFacts } from '../history/run-facts.ts';
import { UserError } from '../kernel/errors.ts';
import { type AskedPhase, missingIn, readAsked } from './evidence/asked.ts';
import { type Experimented, recordOfChaos } from './records/chaos.ts';
import { recordOfConduct } from './records/conduct.ts';
import { withoutMissing } from './records/missing.ts';
import { remember } from './remember.ts';

type Attachment = TestResult['attachments'][number];

/**
 * Remembers each phase of the run: one record for the load, the conduct, the chaos experiments and the benchmarks. Then tells of what
 * degraded, or is well again, against what was remembered before. One shard of several is no run: the merged one is
 * remembered, and told of, in its place.
 */
export default class HistoryReporter implements Reporter {
  readonly #loads: HistoryRecord[] = [];
  readonly #answers: Answered[] = [];
  readonly #experiments: Experimented[] = [];
  readonly #benchmarks: BenchmarkResult[] = [];
  readonly #lines: string[] = [];

  onTestEnd(_test: TestCase, { attachments }: TestResult): void {
    const attached = (name: string) => attachments.find((one) => one.name === name);
    const [record, benchmark] = [attached('record.json'), attached('benchmark.json')];
    const [journal, timings] = [attached('journal.json'), attached('timings.json')];
    if (record) this.#loads.push(recordSchema.parse(read(record)));
    if (benchmark) this.#benchmarks.push(benchmarkSchema.parse(read(benchmark)));
    const answered = attached('conduct.json');
    if (answered) this.#answers.push(answeredSchema.parse(read(answered)));
    if (journal && timings)
      this.#experiments.push({ journal: read(journal), timings: read(timings) } as Experimented);
  }

  async onEnd(): Promise<void> {
    const run = currentRun();
    if (!run) return;
    const settings = loadSettings();
    const of = { facts: runFacts(settings, run) };
    const asked = readAsked(run.id);
    const whole = (phase: AskedPhase, record: HistoryRecord, done: readonly string[]) =>
      withoutMissing(record, phase, missingIn(asked, phase, done));
    const records = [
      ...this.#loads,
      ...(this.#answers.length > 0
        ? [
            whole(
              'conduct',
              recordOfConduct(this.#answers, of),
              this.#answers.map(({ question }) => question),
            ),
          ]
        : []),
      ...(this.#experiments.length > 0
        ? [
            whole(
              'chaos',
              recordOfChaos(this.#experiments, of),
              this.#experiments.map(({ journal }) => journal.experiment.title),
            ),
          ]
        : []),
      ...(this.#benchmarks.length > 0
        ? [
            whole(
              'bench',
              recordOfBenchmarks(this.#benchmarks, of),
              this.#benchmarks.map(({ operation }) => operation),
            ),
          ]
        : []),
    ];
    if (records.length === 0) return;
    const { index, of: shards } = run.shard;
    if (shards > 1)
      this.#lines.push(
        `History  shard ${index} of ${shards} is not remembered: npm run merge remembers the whole`,
      );
    else {
      const { lines, failures } = await remember(records, { runId: run.id, settings });
      this.#lines.push(...lines);
      // The console has a place for it, and so has every other reporter; and the run does not end with 0.
      if (failures.length > 0) throw new UserError(failures.join('\n'));
    }
  }

  /** Below the results of the run, which are printed when every report is written. */
  onExit(): Promise<void> {
    for (const line of this.#lines) console.log(line);
    return Promise.resolve();
  }
}

function read({ body, path }: Attachment): unknown {
  return JSON.parse((body ?? readFileSync(path!)).toString());
}
