import type { EncodedTimings, EncodedWindow } from '../../timings/encoded.ts';
import type { GeneratorMoment, ShareReport } from '../share-report.ts';

/** The windows of one share by their second, of each kind of participant. */
interface Windows {
  readonly protocol: Map<number, EncodedWindow>;
  readonly browsers: Map<number, EncodedWindow>;
}

/** The reports of the shares of one crowd: the newest of each, with every window and moment that it ever sent. */
export class GatheredReports {
  readonly #reports = new Map<number, ShareReport>();
  readonly #windows = new Map<number, Windows>();
  readonly #moments = new Map<number, Map<number, GeneratorMoment>>();

  /** The newest report of a share, without its earlier windows and moments. */
  newest(share: number): ShareReport | undefined {
    return this.#reports.get(share);
  }

  /** In whatever order they come. False when the report is not the newest. */
  add(report: ShareReport): boolean {
    const known = this.#reports.get(report.share);
    const isNewest = !known || known.sequence < report.sequence;
    const windows = this.#windows.get(report.share) ?? { protocol: new Map(), browsers: new Map() };
    keep(windows.protocol, report.timings, isNewest);
    if (report.browsers) keep(windows.browsers, report.browsers.timings, isNewest);
    this.#windows.set(report.share, windows);
    const moments = this.#moments.get(report.share) ?? new Map<number, GeneratorMoment>();
    for (const moment of report.moments) moments.set(moment.atMs, moment);
    this.#moments.set(report.share, moments);
    if (isNewest) this.#reports.set(report.share, report);
    return isNewest;
  }

  get all(): ShareReport[] {
    return [...this.#reports.values()].map((report) => {
      const { protocol, browsers } = this.#windows.get(report.share)!;
      const timings = withAll(protocol, report.timings);
      const moments = [...this.#moments.get(report.share)!.values()].sort(
        (one, other) => one.atMs - other.atMs,
      );
      if (!report.browsers) return { ...report, moments, timings };
      const inPages = withAll(browsers, report.browsers.timings);
      return { ...report, moments, timings, browsers: { ...report.browsers, timings: inPages } };
    });
  }
}

function keep(windows: Map<number, EncodedWindow>, reported: EncodedTimings, isNewest: boolean): void {
  for (const window of reported.windows) {
    if (isNewest || !windows.has(window.index)) windows.set(window.index, window);
  }
}

function withAll(windows: Map<number, EncodedWindow>, timings: EncodedTimings): EncodedTimings {
  return { ...timings, windows: [...windows.values()].sort((one, other) => one.index - other.index) };
}
