import type { CapturedExchanges } from '../../capture/packet-capture.ts';
import type { RouteMetrics } from '../../meetings/request-durations.ts';
import type { ServiceMoment } from '../../meetings/service-moment.ts';
import type { ShareReport } from '../share-report.ts';
import { GatheredReports } from './gathered-reports.ts';
import type { CrowdRecord } from './messages.ts';

/** What the coordinator remembers of one crowd; pure bookkeeping, no sockets. */
export class CrowdState {
  readonly name: string;
  readonly expected: readonly number[];
  readonly #reports = new GatheredReports();
  readonly #lost = new Set<number>();
  /** Told to stop, and gone before they reported their end. */
  readonly #stopped = new Set<number>();
  startedAt: string | null = null;
  stopped: string | null = null;
  notBegun: string | undefined;
  outOfMemory: CrowdRecord['outOfMemory'];
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
    if (this.#reports.newest(share)?.finished === true) return false;
    if (this.stopped === null) this.#lost.add(share);
    else this.#stopped.add(share);
    return this.stopped === null;
  }

  /** Nothing more will come from this share. */
  isDone(share: number): boolean {
    return (
      this.#lost.has(share) || this.#stopped.has(share) || this.#reports.newest(share)?.finished === true
    );
  }

  /** Shares that were expected and never came are lost once the crowd starts without them. */
  lose(shares: readonly number[]): void {
    for (const share of shares) this.#lost.add(share);
  }

  /** False when the report is not the newest one of its share. */
  report(report: ShareReport): boolean {
    return this.#reports.add(report);
  }

  /** Every share has finished, is lost, or left when it was told to stop. */
  get over(): boolean {
    return this.expected.every((share) => this.isDone(share));
  }

  get reports(): ShareReport[] {
    return this.#reports.all;
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
      ...(this.outOfMemory ? { outOfMemory: this.outOfMemory } : {}),
      metrics,
      ...(capture ? { capture } : {}),
    };
  }
}
