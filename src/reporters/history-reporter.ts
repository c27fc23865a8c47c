import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { alertOf } from '../alerts/alert-of.ts';
import { deliverAlerts } from '../alerts/deliver-alerts.ts';
import { recordOfBenchmarks } from '../benchmarks/record.ts';
import { type BenchmarkResult, benchmarkSchema } from '../benchmarks/result.ts';
import { currentRun, loadSettings, type Run } from '../config/environment.ts';
import { githubActions } from '../config/github.ts';
import type { Settings } from '../config/read-settings.ts';
import { type HistoryRecord, recordSchema } from '../history/record.ts';
import { History } from '../history/store.ts';
import { runFolder } from '../run/run-folder.ts';
import { type Experimented, recordOfChaos } from './records/chaos.ts';

type Attachment = TestResult['attachments'][number];

/** Told to GitHub in this order, under what degraded. */
const markdownReports = ['summary.md', 'chaos.md', 'bench.md'];

/**
 * Remembers each phase of the run: one record for the load, the chaos experiments and the benchmarks. Then tells of what
 * degraded, or is well again, against what was remembered before.
 */
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
    const phases = [
      ...(this.#experiments.length > 0 ? [recordOfChaos(this.#experiments, context)] : []),
      ...(this.#benchmarks.length > 0 ? [recordOfBenchmarks(this.#benchmarks, context)] : []),
    ];
    // The one that was cut is the last; those before it had come to their verdict, and a load has none before its end.
    const cut = status === 'interrupted' ? phases.pop() : undefined;
    const records = [
      ...this.#loads,
      ...phases,
      ...(cut ? [{ ...cut, verdict: 'interrupted' as const }] : []),
    ];
    if (records.length === 0) return;
    try {
      await this.#tell(await remember(records, context.settings), run, context.settings);
    } catch (error) {
      // The verdict stands, and what the run left stays.
      console.error(`History  not written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #tell({ records, earlier }: Remembered, { id }: Run, settings: Settings): Promise<void> {
    const folder = runFolder(id);
    const found = markdownReports.map((name) => join(folder, name)).filter((path) => existsSync(path));
    const { runUrl } = githubActions();
    const reports = runUrl === undefined ? found.map((path) => relative(process.cwd(), path)) : [runUrl];
    const alert = alertOf({ records, earlier, reports, when: settings.ALERT_WHEN });
    const markdown = found.map((path) => readFileSync(path, 'utf8')).join('\n');
    for (const line of await deliverAlerts({ alert, markdown, settings })) console.log(line);
  }
}

interface Remembered {
  readonly records: readonly HistoryRecord[];
  readonly earlier: readonly HistoryRecord[];
}

/** Appends the records; answers them with all that was remembered before. */
async function remember(records: readonly HistoryRecord[], settings: Settings): Promise<Remembered> {
  const history = new History(settings.HISTORY_FOLDER);
  const { records: earlier, damaged } = await history.read();
  for (const record of records) await history.append(record);
  const unread = damaged.length > 0 ? `, ${damaged.length} older files cannot be read` : '';
  console.log(`History  ${records.map(({ kind }) => kind).join(', ')} remembered${unread} (npm run history)`);
  return { records, earlier };
}

function read({ body, path }: Attachment): unknown {
  return JSON.parse((body ?? readFileSync(path!)).toString());
}
