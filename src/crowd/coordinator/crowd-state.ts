import type { Capacity } from '../../capacity/evidence.ts';
import type { CapturedExchanges } from '../../capture/packet-capture.ts';
import type { RouteMetrics } from '../../meetings/request-durations.ts';
import type { ServiceSample } from '../../meetings/service-sample.ts';
import type { SliceReport } from '../slice-report.ts';
import { GatheredReports } from './gathered-reports.ts';
import type { CrowdRecord, Stop } from './messages.ts';

/** The coordinator's data about one crowd, without any sockets. */
export class CrowdState {
  readonly name: string;
  readonly expected: readonly number[];
  readonly #reports = new GatheredReports();
  readonly #lost = new Set<number>();
  /** Slices that were stopped and ended before they reported. */
  readonly #stopped = new Set<number>();
  startedAt: string | null = null;
  stopped: Stop | null = null;
  notBegun: string | undefined;
  outOfMemory: CrowdRecord['outOfMemory'];
  capacity: Capacity | undefined;
  capture: CapturedExchanges | undefined;
  readonly metrics: {
    before: string | null;
    after: string | null;
    readonly samples: ServiceSample[];
    readonly routes: RouteMetrics;
  };

  constructor(name: string, expected: readonly number[], routes: RouteMetrics) {
    this.name = name;
    this.expected = expected;
    this.metrics = { before: null, after: null, samples: [], routes };
  }

  connected(slice: number): void {
    this.#lost.delete(slice);
    this.#stopped.delete(slice);
  }

  /**
   * The process of a slice ended. The slice is lost if it has no finished report and was not stopped.
   * @returns whether the slice is lost
   */
  disconnected(slice: number): boolean {
    if (this.#reports.newest(slice)?.finished === true) return false;
    if (this.stopped === null) this.#lost.add(slice);
    else this.#stopped.add(slice);
    return this.stopped === null;
  }

  /** Whether this slice will send nothing more. */
  isDone(slice: number): boolean {
    return (
      this.#lost.has(slice) || this.#stopped.has(slice) || this.#reports.newest(slice)?.finished === true
    );
  }

  /** Expected slices that never came are lost when the crowd starts without them. */
  lose(slices: readonly number[]): void {
    for (const slice of slices) this.#lost.add(slice);
  }

  /** @returns whether the report is the newest one of its slice */
  report(report: SliceReport): boolean {
    return this.#reports.add(report);
  }

  /** Whether every slice has finished, is lost, or left after a stop. */
  get over(): boolean {
    return this.expected.every((slice) => this.isDone(slice));
  }

  get reports(): SliceReport[] {
    return this.#reports.all;
  }

  record(): CrowdRecord {
    const { name, expected, reports, startedAt, stopped, outOfMemory, metrics, capacity, capture } = this;
    const lost = [...this.#lost].sort((one, other) => one - other);
    // A slice may have made the value on a later request, and the crowd has started then.
    const notBegun = startedAt === null ? this.notBegun : undefined;
    const rest = { startedAt, stopped, notBegun, outOfMemory, metrics, capacity, capture };
    return { name, expected, lost, reports, ...rest };
  }
}
