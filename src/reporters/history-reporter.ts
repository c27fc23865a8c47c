import { readFileSync } from 'node:fs';
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { recordOfBenchmarks } from '../benchmarks/record.ts';
import { type BenchmarkResult, benchmarkSchema } from '../benchmarks/result.ts';
import { currentRun, loadSettings } from '../config/environment.ts';
import { type HistoryRecord, recordSchema } from '../history/record.ts';
import { History } from '../history/store.ts';
import { type Experimented, recordOfChaos } from './records/chaos.ts';

type Attachment = TestResult['attachments'][number];

/** Remembers each phase of the run: one record for the load, the chaos experiments and the benchmarks. */
export default class HistoryReporter implements Reporter {
  readonly #loads: HistoryRecord[] = [];
  readonly #experiments: Experimented[] = [];
  readonly #benchmarks: BenchmarkResult[] = [];

  onTestEnd(_test: TestCase, { attachments }: TestResult): void {
    const attached = (name: string) => attachments.find((one) => one.name === name);
    const [record, benchmark] = [attached('record.json'), attached('benchmark.json')];
    const [journal, timings] = [attached('journal.json'), attached('timings.json')];
    if (record) this.#loads.push(recordSchema.parse(read(record)));
    if (benchmark) this.#benchmarks.push(benchmarkSchema.parse(read(benchmark)));
    if (journal && timings)
      this.#experiments.push({ journal: read(journal), timings: read(timings) } as Experimented);
  }

  async onEnd({ status }: FullResult): Promise<void> {
    const run = currentRun();
    if (!run) return;
    const context = { run, settings: loadSettings() };
    const records = [
      ...this.#loads,
      ...(this.#experiments.length > 0 ? [recordOfChaos(this.#experiments, context)] : []),
      ...(this.#benchmarks.length > 0 ? [recordOfBenchmarks(this.#benchmarks, context)] : []),
    ];
    if (records.length === 0) return;
    const history = new History(context.settings.HISTORY_FOLDER);
    for (const record of records)
      await history.append(status === 'interrupted' ? { ...record, verdict: 'interrupted' } : record);
    console.log(`History  ${records.map(({ kind }) => kind).join(', ')} (npm run history)`);
  }
}

function read({ body, path }: Attachment): unknown {
  return JSON.parse((body ?? readFileSync(path!)).toString());
}
