import { readFileSync } from 'node:fs';
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { recordOfBenchmarks } from '../benchmarks/record.ts';
import { type BenchmarkResult, benchmarkSchema } from '../benchmarks/result.ts';
import { type Answered, answeredSchema } from '../conduct/answered.ts';
import { currentRun, loadSettings } from '../config/environment.ts';
import { type HistoryRecord, recordSchema } from '../history/record.ts';
import { runFacts } from '../history/run-facts.ts';
import { type Experimented, recordOfChaos } from './records/chaos.ts';
import { recordOfConduct } from './records/conduct.ts';
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

  async onEnd({ status }: FullResult): Promise<void> {
    const run = currentRun();
    if (!run) return;
    const settings = loadSettings();
    const of = { facts: runFacts(settings, run) };
    const phases = [
      ...(this.#answers.length > 0 ? [recordOfConduct(this.#answers, of)] : []),
      ...(this.#experiments.length > 0 ? [recordOfChaos(this.#experiments, of)] : []),
      ...(this.#benchmarks.length > 0 ? [recordOfBenchmarks(this.#benchmarks, of)] : []),
    ];
    // The one that was cut is the last; those before it had come to their verdict, and a load has none before its end.
    const cut = status === 'interrupted' ? phases.pop() : undefined;
    const records = [
      ...this.#loads,
      ...phases,
      ...(cut ? [{ ...cut, verdict: 'interrupted' as const }] : []),
    ];
    if (records.length === 0) return;
    const { index, of: shards } = run.shard;
    if (shards > 1)
      console.log(
        `History  shard ${index} of ${shards} is not remembered: npm run merge remembers the whole`,
      );
    else for (const line of await remember(records, { runId: run.id, settings })) console.log(line);
  }
}

function read({ body, path }: Attachment): unknown {
  return JSON.parse((body ?? readFileSync(path!)).toString());
}
