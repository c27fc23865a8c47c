import type { Settings } from '../config/read-settings.ts';
import { Baselines, type FoundBaseline } from './baselines.ts';
import { differences } from './comparability.ts';
import { type HistoryRecord, isSameRun, type Regression } from './record.ts';
import { findRegressions } from './regressions.ts';
import { History } from './store.ts';

export interface Comparison {
  readonly regressions: readonly Regression[];
  /** What there was to compare with, in words; an absent baseline comes with the way to get one. */
  readonly with: string;
  readonly baseline?: HistoryRecord | undefined;
  /** Runs before this one that may be compared with it, the oldest first. */
  readonly earlier: readonly HistoryRecord[];
}

/** What a run is compared with: the history as it is when the run looks, and the accepted baselines. */
export class Past {
  readonly #earlier: readonly HistoryRecord[];
  readonly #baselines: Baselines;

  private constructor(earlier: readonly HistoryRecord[], baselines: Baselines) {
    this.#earlier = earlier;
    this.#baselines = baselines;
  }

  static async read({ HISTORY_FOLDER, BASELINES_FOLDER }: Settings): Promise<Past> {
    const { records } = await new History(HISTORY_FOLDER).read();
    return new Past(records, new Baselines(BASELINES_FOLDER));
  }

  async compare(record: HistoryRecord): Promise<Comparison> {
    const found = await this.#baselines.baselineFor(record);
    const { baseline } = found;
    const regressions = findRegressions(record, { baseline, earlier: this.#earlier });
    const earlier = this.#earlier.filter(
      (one) =>
        Date.parse(one.at) < Date.parse(record.at) &&
        !isSameRun(one, record) &&
        differences(one, record).length === 0,
    );
    return { regressions, with: baselineText(found), baseline, earlier };
  }
}

function baselineText({ baseline, others }: FoundBaseline): string {
  if (baseline) return `Compared with the baseline of ${baseline.at.slice(0, 10)} (${baseline.runId}).`;
  const why = others.length > 0 ? ` (${others.join('; ')})` : '';
  return `Compared with no baseline${why}: npm run baseline accepts a run as one.`;
}
