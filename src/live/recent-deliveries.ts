import type { SliceReport } from '../crowd/slice-report.ts';
import { ROOM_EVENTS } from '../timings/catalogue.ts';
import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { oneSecond, type Second, together } from '../timings/worst-window.ts';

/**
 * The room events of the latest settled seconds. A second is settled some time later, because events may be late; then
 * each slice sends the window of this second again.
 */
export class RecentDeliveries {
  readonly #overSeconds: number;
  readonly #seconds = new Map<number, Second[]>();
  /** The last settled second of each slice. */
  readonly #sent = new Map<number, number>();
  #newest = -1;

  constructor(overSeconds: number) {
    this.#overSeconds = overSeconds;
  }

  add({ slice, timings }: SliceReport): void {
    const sent = this.#sent.get(slice) ?? -1;
    for (const window of timings.windows) {
      const { index } = window;
      if (!window.operations[ROOM_EVENTS] || index <= sent) continue;
      const known = this.#seconds.get(index);
      const recorded = oneSecond([window], ROOM_EVENTS);
      if (known) known.push(recorded);
      else this.#seconds.set(index, [recorded]);
      this.#sent.set(slice, Math.max(index, this.#sent.get(slice) ?? -1));
      this.#newest = Math.max(this.#newest, index);
    }
    for (const second of this.#seconds.keys())
      if (second <= this.#newest - this.#overSeconds) this.#seconds.delete(second);
  }

  get latencies(): LatencyHistogram {
    if (this.#seconds.size === 0) return LatencyHistogram.empty(2);
    return together([...this.#seconds.values()].flat()).ok;
  }
}
