import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { alertOf } from '../alerts/alert-of.ts';
import { deliverAlerts } from '../alerts/deliver-alerts.ts';
import { githubActions } from '../config/github.ts';
import type { Settings } from '../config/read-settings.ts';
import type { HistoryRecord } from '../history/record.ts';
import { History, isSamePhase } from '../history/store.ts';
import { runFolder } from '../run/run-folder.ts';

/** Told to GitHub in this order, under what degraded. */
const markdownReports = ['summary.md', 'chaos.md', 'bench.md'];

/**
 * Appends the records of one run to the history, and tells of what degraded, or is well again, against what was
 * remembered before. Never throws: the verdict stands, and what the run left stays.
 */
export async function remember(
  records: readonly HistoryRecord[],
  { runId, settings }: { readonly runId: string; readonly settings: Settings },
): Promise<void> {
  try {
    const history = new History(settings.HISTORY_FOLDER);
    const { records: earlier, damaged } = await history.read();
    for (const record of records) await history.append(record);
    const former = earlier.filter((one) => records.some((record) => isSamePhase(one, record)));
    const replaced = [...new Set(former.map((one) => one.runId))].filter((id) => id !== runId);
    const notes = [
      ...(replaced.length > 0 ? [`in place of ${replaced.join(', ')}, merged of the same shards`] : []),
      ...(damaged.length > 0 ? [`${damaged.length} older files cannot be read`] : []),
    ];
    const kinds = records.map(({ kind }) => kind).join(', ');
    console.log(`History  ${[`${kinds} remembered`, ...notes].join(', ')} (npm run history)`);
    const isTold = (record: HistoryRecord) => former.some((one) => isMadeAgain(one, record));
    await tell({ records: records.filter((record) => !isTold(record)), earlier, runId, settings });
  } catch (error) {
    console.error(`History  not written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Merged once more, of neither more nor fewer shards: whoever had to be told was. */
function isMadeAgain(former: HistoryRecord, record: HistoryRecord): boolean {
  const parts = ({ parts }: HistoryRecord) => [...(parts ?? [])].sort().join();
  return isSamePhase(former, record) && parts(former) === parts(record);
}

interface Told {
  readonly records: readonly HistoryRecord[];
  readonly earlier: readonly HistoryRecord[];
  readonly runId: string;
  readonly settings: Settings;
}

async function tell({ records, earlier, runId, settings }: Told): Promise<void> {
  const folder = runFolder(runId);
  const found = markdownReports.map((name) => join(folder, name)).filter((path) => existsSync(path));
  const { runUrl } = githubActions();
  const reports = runUrl === undefined ? found.map((path) => relative(process.cwd(), path)) : [runUrl];
  const alert = alertOf({ records, earlier, reports, when: settings.ALERT_WHEN });
  const markdown = found.map((path) => readFileSync(path, 'utf8')).join('\n');
  for (const line of await deliverAlerts({ alert, markdown, settings })) console.log(line);
}
