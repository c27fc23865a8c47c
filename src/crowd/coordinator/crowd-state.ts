import type { CapturedExchanges } from '../../capture/packet-capture.ts';
import type { RouteMetrics } from '../../meetings/request-durations.ts';
import type { ServiceMoment } from '../../meetings/service-moment.ts';
import type { EncodedTimings, EncodedWindow } from '../../timings/encoded.ts';
import type { GeneratorMoment, ShareReport } from '../share-report.ts';
import type { CrowdRecord } from './messages.ts';

/** The windows of one share by their second, of each kind of participant. */
interface Windows {
  readonly protocol: Map<number, EncodedWindow>;
  readonly browsers: Map<number, EncodedWindow>;
}

/** What the coordinator remembers of one crowd; pure bookkeeping, no sockets. */
export class CrowdState {
  readonly name: string;
  readonly expected: readonly number[];
  readonly #reports = new Map<number, ShareReport>();
  readonly #windows = new Map<number, Windows>();
  readonly #moments = new Map<number, Map<number, GeneratorMoment>>();
  readonly #lost = new Set<number>();
  /** Told to stop, and gone before they reported their end. */
  readonly #stopped = new Set<number>();
  startedAt: string | null = null;
  stopped: string | null = null;
  notBegun: string | undefined;
  capture: CapturedExchanges | undefined;
  readonly metrics: {
    before: string | null;
    after: string | null;
    readonly moments: ServiceMoment[];
    readonly routes: RouteMetrics;
  };

  constructor(name: string, expected: readonly number[], routes: RouteMetrics) {
    this.name = name;
    this.expected = expected;
    this.metrics = { before: null, after: null, moments: [], routes };
  }

  connected(share: number): void {
    this.#lost.delete(share);
    this.#stopped.delete(share);
  }

  /**
   * The process of a share went away; without a finished report, and unless it was told to stop, the share is lost:
   * whether it is.
   */
  disconnected(share: number): boolean {
    if (this.#reports.get(share)?.finished === true) return false;
    if (this.stopped === null) this.#lost.add(share);
    else this.#stopped.add(share);
    return this.stopped === null;
  }

  /** Nothing more will come from this share. */
  isDone(share: number): boolean {
    return this.#lost.has(share) || this.#stopped.has(share) || this.#reports.get(share)?.finished === true;
  }

  /** Shares that were expected and never came are lost once the crowd starts without them. */
  lose(shares: readonly number[]): void {
    for (const share of shares) this.#lost.add(share);
  }

  /**
   * Keeps the newest report of a share, and every window and moment that it ever sent, in whatever order they come.
   * False when the report is not the newest.
   */
  report(report: ShareReport): boolean {
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

  /** Every share has finished, is lost, or left when it was told to stop. */
  get over(): boolean {
    return this.expected.every((share) => this.isDone(share));
  }

  get reports(): ShareReport[] {
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

  record(): CrowdRecord {
    const { name, expected, reports, startedAt, stopped, metrics, capture } = this;
    const lost = [...this.#lost].sort((one, other) => one - other);
    // A share that asked again, and got it, has begun.
    const notBegun = startedAt === null && this.notBegun ? { notBegun: this.notBegun } : {};
    return {
      name,
      expected,
      lost,
      reports,
      startedAt,
      stopped,
      ...notBegun,
      metrics,
      ...(capture ? { capture } : {}),
    };
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
