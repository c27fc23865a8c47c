import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { alertOf } from '../alerts/alert-of.ts';
import { deliverAlerts } from '../alerts/deliver-alerts.ts';
import { githubActions } from '../config/github.ts';
import type { Settings } from '../config/read-settings.ts';
import type { HistoryRecord } from '../history/record.ts';
import { History, isSamePhase } from '../history/store.ts';
import { counted } from '../kernel/figures.ts';
import { runFolder } from '../run/run-folder.ts';

/** The reports that an alert on GitHub shows below the regressions, in this order. */
const markdownReports = ['summary.md', 'soak.md', 'conduct.md', 'chaos.md', 'bench.md'];

const NOT_SAVED = 'Not saved to the history';

interface Context {
  readonly runId: string;
  readonly settings: Settings;
}

export interface SavedToHistory {
  /** To print. */
  readonly lines: readonly string[];
  /** Why the records are not in the history, one sentence each; the run must not end with 0 then. */
  readonly failures: readonly string[];
}

/**
 * Saves the records of one run to the history, and sends an alert about regressions and recoveries. Never throws, because
 * the verdict stays valid. Alerts are sent even if the history can be neither read nor written.
 */
export async function saveToHistory(
  records: readonly HistoryRecord[],
  context: Context,
): Promise<SavedToHistory> {
  const failures: string[] = [];
  const history = new History(context.settings.HISTORY_FOLDER);
  const attempt = async <Result>(
    what: string,
    act: () => Promise<Result>,
    otherwise: Result,
  ): Promise<Result> => {
    try {
      return await act();
    } catch (error) {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  };
  const nothing = { records: [], damaged: [] };
  const { records: earlier, damaged } = await attempt(NOT_SAVED, () => history.read(), nothing);
  const isLess = (record: HistoryRecord) => earlier.some((one) => isOfMore(one, record));
  const kept = records.filter((record) => !isLess(record));
  const isReported = (record: HistoryRecord) => earlier.some((one) => isMadeAgain(one, record));
  const news = kept.filter((record) => !isReported(record));
  if (failures.length === 0)
    for (const record of kept) await attempt(NOT_SAVED, () => history.append(record), '');
  const lines = [
    ...(failures.length > 0 ? [] : savedLine(kept, earlier, damaged.length)),
    ...records
      .filter(isLess)
      .map(
        ({ kind }) =>
          `History  ${kind} not saved: the history has a run that was merged of more of these shards`,
      ),
  ];
  const sent = await attempt('No alert was sent', () => sendAlerts(news, earlier, context), []);
  return { lines: [...lines, ...sent], failures: [...new Set(failures)] };
}

function savedLine(
  records: readonly HistoryRecord[],
  earlier: readonly HistoryRecord[],
  damaged: number,
): string[] {
  if (records.length === 0) return [];
  const replaced = earlier.filter((one) => records.some((record) => isSamePhase(one, record)));
  const others = [...new Set(replaced.map(({ runId }) => runId))];
  const notes = [
    ...(others.length > 0 ? [`replaces ${others.join(', ')}, merged of the same shards`] : []),
    ...(damaged > 0 ? [`${counted(damaged, 'older file')} cannot be read`] : []),
  ];
  const kinds = records.map(({ kind }) => kind).join(', ');
  return [`Saved to history: ${[kinds, ...notes].join(', ')} (npx fullhouse history)`];
}

/** Whether the record is from a repeated merge of the same shards, whose alert was already sent. */
function isMadeAgain(former: HistoryRecord, record: HistoryRecord): boolean {
  const parts = ({ parts = [] }: HistoryRecord) => [...parts].sort().join();
  return isSamePhase(former, record) && parts(former) === parts(record);
}

/** Whether the former record is from a merge of more of the same shards. */
function isOfMore(former: HistoryRecord, record: HistoryRecord): boolean {
  const [known, parts] = [former.parts ?? [], record.parts ?? []];
  const isMore = known.length > parts.length && parts.every((id) => known.includes(id));
  return isMore && isSamePhase(former, record);
}

async function sendAlerts(
  records: readonly HistoryRecord[],
  earlier: readonly HistoryRecord[],
  { runId, settings }: Context,
): Promise<string[]> {
  const folder = runFolder(runId);
  const found = markdownReports.map((name) => join(folder, name)).filter((path) => existsSync(path));
  const { runUrl } = githubActions();
  const reports = runUrl === undefined ? found.map((path) => relative(process.cwd(), path)) : [runUrl];
  const alert = alertOf({ records, earlier, reports, when: settings.ALERT_WHEN });
  const markdown = found.map((path) => readFileSync(path, 'utf8')).join('\n');
  return await deliverAlerts({ alert, markdown, settings });
}
