import type { EncodedTimings, EncodedWindow } from '../../timings/encoded.ts';
import type { GeneratorSample, SliceReport } from '../slice-report.ts';

/** The windows of one slice by second, for each kind of participant. */
interface Windows {
  readonly protocol: Map<number, EncodedWindow>;
  readonly browsers: Map<number, EncodedWindow>;
}

/** The reports of the slices of one crowd: the newest of each, with every window and sample that it ever sent. */
export class GatheredReports {
  readonly #reports = new Map<number, SliceReport>();
  readonly #windows = new Map<number, Windows>();
  readonly #samples = new Map<number, Map<number, GeneratorSample>>();

  /** The newest report of a slice, without its earlier windows and samples. */
  newest(slice: number): SliceReport | undefined {
    return this.#reports.get(slice);
  }

  /** Adds a report; reports may arrive in any order. @returns whether it is the newest of its slice */
  add(report: SliceReport): boolean {
    const known = this.#reports.get(report.slice);
    const isNewest = !known || known.sequence < report.sequence;
    const windows = this.#windows.get(report.slice) ?? { protocol: new Map(), browsers: new Map() };
    keep(windows.protocol, report.timings, isNewest);
    if (report.browsers) keep(windows.browsers, report.browsers.timings, isNewest);
    this.#windows.set(report.slice, windows);
    const samples = this.#samples.get(report.slice) ?? new Map<number, GeneratorSample>();
    for (const sample of report.samples) samples.set(sample.atMs, sample);
    this.#samples.set(report.slice, samples);
    if (isNewest) this.#reports.set(report.slice, report);
    return isNewest;
  }

  get all(): SliceReport[] {
    return [...this.#reports.values()].map((report) => {
      const { protocol, browsers } = this.#windows.get(report.slice)!;
      const timings = withAll(protocol, report.timings);
      const samples = [...this.#samples.get(report.slice)!.values()].sort(
        (one, other) => one.atMs - other.atMs,
      );
      if (!report.browsers) return { ...report, samples, timings };
      const inPages = withAll(browsers, report.browsers.timings);
      return { ...report, samples, timings, browsers: { ...report.browsers, timings: inPages } };
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
