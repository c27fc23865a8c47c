import type { Settings } from '../config/read-settings.ts';
import { UserError } from '../kernel/errors.ts';
import { counted } from '../kernel/figures.ts';
import { Baselines, type FoundBaseline } from './baselines.ts';
import { FEWEST_TO_COMPARE } from './over-series.ts';
import type { Reason } from './reason.ts';
import type { Compared, HistoryRecord, Regression } from './record.ts';
import { comparableBefore, comparedMetrics, judgeByThePast, provesSomething } from './regressions.ts';
import { History, type SavedRecords } from './store.ts';

export interface Comparison {
  readonly regressions: readonly Regression[];
  /** The compared runs, or why there was no comparison, in words; without a baseline, how to get one. */
  readonly with: string;
  readonly baseline?: HistoryRecord | undefined;
  /** Earlier comparable runs, the oldest first. */
  readonly earlier: readonly HistoryRecord[];
  /** Why a comparison is missing although there is a past, or null. Such a run has not passed. */
  readonly notCompared: string | null;
  /** The compared metrics; empty without a comparison. */
  readonly compared: Compared;
  /** Whether wide brackets of latencies prevent a comparison: narrower ones may decide. */
  readonly isTooCoarse: boolean;
}

/** The past of a run: the history at the time of the comparison, and the accepted baselines. */
export class Past {
  readonly #baselines: Baselines;
  /** The saved records, or why one of the folders cannot be read. */
  readonly #history: SavedRecords | string;

  private constructor(baselines: Baselines, history: SavedRecords | string) {
    this.#baselines = baselines;
    this.#history = history;
  }

  /** A folder that cannot be listed is not an empty past: no comparison is possible, and the run has not passed. */
  static async read({ HISTORY_FOLDER, BASELINES_FOLDER }: Settings): Promise<Past> {
    const baselines = new Baselines(BASELINES_FOLDER);
    try {
      const history = await new History(HISTORY_FOLDER).read();
      await baselines.read();
      return new Past(baselines, history);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return new Past(baselines, `Not compared with earlier runs: ${error.message}`);
    }
  }

  async compare(record: HistoryRecord): Promise<Comparison> {
    const history = this.#history;
    if (typeof history === 'string') return { ...NOT_COMPARED, with: history, notCompared: history };
    const damaged = damagedHistory(history);
    const found = await this.#baselines.baselineFor(record);
    const { baseline } = found;
    const earlier = comparableBefore(record, history.records);
    const { regressions, inconclusive } = judgeByThePast(record, { baseline, earlier });
    const notAtAll = whyNotCompared(record, found, earlier);
    const open = [...(damaged?.isAll ? [damaged.message] : []), ...inconclusive];
    const notCompared = notAtAll ?? (open.length > 0 ? open.join(' ') : null);
    return {
      regressions,
      with: [notAtAll ?? baselineText(found), damaged?.message].filter(Boolean).join(' '),
      baseline,
      earlier,
      notCompared,
      compared: notCompared === null ? comparedMetrics(record, { baseline, earlier }) : NOT_COMPARED.compared,
      isTooCoarse: notAtAll === null && inconclusive.length > 0,
    };
  }
}

/**
 * The files that cannot be read; `isAll`: no record can be read, so no comparison is possible. A file that was never
 * completed does not count as a missing record.
 */
function damagedHistory({ records, damaged }: SavedRecords) {
  const files = damaged.filter(({ file }) => file.endsWith('.json'));
  const [first] = files;
  if (first === undefined) return undefined;
  const isAll = records.length === 0;
  const left = isAll
    ? 'so there are no earlier runs to compare with'
    : 'so this run is not compared with those runs';
  return {
    message: `${counted(files.length, 'file')} of the history cannot be read (${first.file}: ${first.reason.replaceAll(/\s+/g, ' ')}), ${left}. Restore or delete the files that \`npx fullhouse history\` lists.`,
    isAll,
  };
}

const NOT_COMPARED = {
  regressions: [],
  earlier: [],
  compared: { baseline: [], series: [] } satisfies Compared,
  isTooCoarse: false,
};

function baselineText({ baseline, others }: FoundBaseline): string {
  if (baseline) return `Compared with ${nameOf(baseline)}.`;
  const why = others.length > 0 ? ` (${others.join('; ')})` : '';
  return `No baseline yet${why}. Accept a run with \`npx fullhouse baseline\`.`;
}

/**
 * The past of an operation, or of the whole record if none is named, in words: the baseline, or a series
 * that is long enough. Undefined without both.
 */
export function comparableWith(
  { baseline, earlier }: Pick<Comparison, 'baseline' | 'earlier'>,
  operation?: string,
): string | undefined {
  const has = ({ operations }: HistoryRecord) => operation === undefined || operation in operations;
  if (baseline && has(baseline)) return nameOf(baseline);
  const runs = earlier.filter((one) => provesSomething(one) && has(one)).length;
  return runs >= FEWEST_TO_COMPARE ? `the ${runs} runs before` : undefined;
}

/** Why the run is not proven to be as fast as before; empty when it is, or when there is no past. */
export function reasonsAgainst({
  regressions,
  notCompared,
}: Pick<Comparison, 'regressions' | 'notCompared'>): Reason[] {
  return [
    ...regressions.map(({ metric, message }): Reason => ({ kind: 'regression', subject: metric, message })),
    ...(notCompared === null ? [] : [{ kind: 'not compared' as const, message: notCompared }]),
  ];
}

function whyNotCompared(
  record: HistoryRecord,
  { baseline, unreadable }: FoundBaseline,
  earlier: readonly HistoryRecord[],
): string | null {
  if (unreadable)
    return (
      `Not compared with the baseline: ${unreadable.file} cannot be read (${unreadable.reason}). ` +
      'Restore the file, or delete it and accept a run with `npx fullhouse baseline`.'
    );
  const past = provesSomething(record) ? undefined : comparableWith({ baseline, earlier });
  return past === undefined ? null : `Not compared with ${past}: this run is ${record.verdict}.`;
}

function nameOf({ at, runId }: HistoryRecord): string {
  return `the baseline of ${at.slice(0, 10)} (${runId})`;
}
