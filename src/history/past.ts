import type { Settings } from '../config/read-settings.ts';
import { UserError } from '../kernel/errors.ts';
import { counted } from '../kernel/figures.ts';
import { Baselines, type FoundBaseline } from './baselines.ts';
import { differences } from './comparability.ts';
import { FEWEST_TO_COMPARE } from './over-series.ts';
import type { Reason } from './reason.ts';
import { type Compared, type HistoryRecord, isSameRun, type Regression } from './record.ts';
import { comparedMetrics, judgeByThePast, provesSomething } from './regressions.ts';
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
  /** The brackets of latencies are the reason: narrower ones may decide. */
  readonly isTooCoarse: boolean;
}

/** The past of a run: the history at the time of the comparison, and the accepted baselines. */
export class Past {
  readonly #earlier: readonly HistoryRecord[];
  readonly #baselines: Baselines;
  /** Why one of the folders cannot be read. */
  readonly #unreadable: string | undefined;
  readonly #damaged: DamagedHistory | undefined;

  private constructor(
    earlier: readonly HistoryRecord[],
    baselines: Baselines,
    { unreadable, damaged }: { unreadable?: string; damaged?: DamagedHistory | undefined },
  ) {
    this.#earlier = earlier;
    this.#baselines = baselines;
    this.#unreadable = unreadable;
    this.#damaged = damaged;
  }

  /** A folder that cannot be listed is not an empty past: no comparison is possible, and the run has not passed. */
  static async read({ HISTORY_FOLDER, BASELINES_FOLDER }: Settings): Promise<Past> {
    const baselines = new Baselines(BASELINES_FOLDER);
    try {
      const history = await new History(HISTORY_FOLDER).read();
      await baselines.read();
      return new Past(history.records, baselines, { damaged: damagedHistory(history) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return new Past([], baselines, { unreadable: `Not compared with earlier runs: ${error.message}` });
    }
  }

  async compare(record: HistoryRecord): Promise<Comparison> {
    if (this.#unreadable !== undefined) return notComparable(this.#unreadable);
    const found = await this.#baselines.baselineFor(record);
    const { baseline } = found;
    const { regressions, inconclusive } = judgeByThePast(record, { baseline, earlier: this.#earlier });
    const earlier = this.#earlier.filter(
      (one) =>
        Date.parse(one.at) < Date.parse(record.at) &&
        !isSameRun(one, record) &&
        differences(one, record).length === 0,
    );
    const notAtAll = whyNotCompared(record, found, earlier);
    const open = [...(this.#damaged?.isAll ? [this.#damaged.message] : []), ...inconclusive];
    const notCompared = notAtAll ?? (open.length > 0 ? open.join(' ') : null);
    return {
      regressions,
      with: [notAtAll ?? baselineText(found), this.#damaged?.message].filter(Boolean).join(' '),
      baseline,
      earlier,
      notCompared,
      compared:
        notCompared === null
          ? comparedMetrics(record, { baseline, earlier: this.#earlier })
          : NOTHING_COMPARED,
      isTooCoarse: notAtAll === null && inconclusive.length > 0,
    };
  }
}

interface DamagedHistory {
  readonly message: string;
  /** The past of the run cannot be read, so no comparison is possible. */
  readonly isAll: boolean;
}

/** A file that was never completed does not count as a missing record. */
function damagedHistory({ records, damaged }: SavedRecords): DamagedHistory | undefined {
  const files = damaged.filter(({ file }) => file.endsWith('.json'));
  const [first] = files;
  if (first === undefined) return undefined;
  const isAll = records.length === 0;
  const left = isAll ? 'so there are no earlier runs to compare with' : 'so those runs are not compared with';
  return {
    message: `${counted(files.length, 'file')} of the history cannot be read (${first.file}: ${first.reason.replaceAll(/\s+/g, ' ')}), ${left}. Restore or delete what \`npm run history\` names.`,
    isAll,
  };
}

const NOTHING_COMPARED: Compared = { baseline: [], series: [] };

function notComparable(why: string): Comparison {
  const isTooCoarse = false;
  return {
    regressions: [],
    with: why,
    earlier: [],
    notCompared: why,
    compared: NOTHING_COMPARED,
    isTooCoarse,
  };
}

function baselineText({ baseline, others }: FoundBaseline): string {
  if (baseline) return `Compared with ${nameOf(baseline)}.`;
  const why = others.length > 0 ? ` (${others.join('; ')})` : '';
  return `No baseline yet${why}. Accept a run with \`npm run baseline\`.`;
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
      'Restore the file, or delete it and accept a run with npm run baseline.'
    );
  const past = provesSomething(record) ? undefined : comparableWith({ baseline, earlier });
  return past === undefined ? null : `Not compared with ${past}: this run is ${record.verdict}.`;
}

function nameOf({ at, runId }: HistoryRecord): string {
  return `the baseline of ${at.slice(0, 10)} (${runId})`;
}
