import type { Settings } from '../config/read-settings.ts';
import { UserError } from '../kernel/errors.ts';
import { counted } from '../kernel/figures.ts';
import { Baselines, type FoundBaseline } from './baselines.ts';
import { differences } from './comparability.ts';
import { FEWEST_TO_COMPARE } from './over-series.ts';
import { type Compared, type HistoryRecord, isSameRun, type Regression } from './record.ts';
import { comparedMetrics, judgeByThePast, provesSomething } from './regressions.ts';
import { History, type Remembered } from './store.ts';

export interface Comparison {
  readonly regressions: readonly Regression[];
  /** What it was compared with, in words, or why it was not; an absent baseline comes with the way to get one. */
  readonly with: string;
  readonly baseline?: HistoryRecord | undefined;
  /** Runs before this one that may be compared with it, the oldest first. */
  readonly earlier: readonly HistoryRecord[];
  /** Why a comparison that the past asks for was not made, or null. Such a run has not passed. */
  readonly notCompared: string | null;
  /** The metrics that were compared; none where the comparison was not made. */
  readonly compared: Compared;
  /** The brackets of latencies are the reason: narrower ones may tell. */
  readonly isTooCoarse: boolean;
}

/** What a run is compared with: the history as it is when the run looks, and the accepted baselines. */
export class Past {
  readonly #earlier: readonly HistoryRecord[];
  readonly #baselines: Baselines;
  /** Why nobody knows what is in one of the folders. */
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

  /** A folder that cannot be listed is no empty past: nothing can be compared with it, and the run has not passed. */
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
    const open = [...(this.#damaged?.isAll ? [this.#damaged.says] : []), ...inconclusive];
    const notCompared = notAtAll ?? (open.length > 0 ? open.join(' ') : null);
    return {
      regressions,
      with: [notAtAll ?? baselineText(found), this.#damaged?.says].filter(Boolean).join(' '),
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
  readonly says: string;
  /** Nothing is left that a run could be compared with: it has a past that cannot be read. */
  readonly isAll: boolean;
}

/** What was never written to its end is no record that is missing. */
function damagedHistory({ records, damaged }: Remembered): DamagedHistory | undefined {
  const files = damaged.filter(({ file }) => file.endsWith('.json'));
  const [first] = files;
  if (first === undefined) return undefined;
  const isAll = records.length === 0;
  const left = isAll ? 'so there are no earlier runs to compare with' : 'so those runs are not compared with';
  return {
    says: `${counted(files.length, 'file')} of the history cannot be read (${first.file}: ${first.reason.replaceAll(/\s+/g, ' ')}), ${left}. Restore or delete what \`npm run history\` names.`,
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
  return `Compared with no baseline${why}: npm run baseline accepts a run as one.`;
}

/**
 * In words, what an operation can be compared with, or the whole record when none is named: the baseline, or a series
 * that is long enough. Undefined when there is neither.
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

/** Why nobody can say that it is as fast as before; nothing when it is, or when there is no past. */
export function reasonsAgainst({
  regressions,
  notCompared,
}: Pick<Comparison, 'regressions' | 'notCompared'>): string[] {
  return [...regressions.map(({ says }) => says), ...(notCompared === null ? [] : [notCompared])];
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
