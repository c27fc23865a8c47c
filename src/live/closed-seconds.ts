import { allTimings, type SliceReport } from '../crowd/slice-report.ts';
import type { EncodedWindow } from '../timings/encoded.ts';
import { secondAt } from '../timings/second.ts';

/** The live view waits at most this long for a silent slice. Later windows are only in the final report. */
const PATIENCE_MS = 3000;

/**
 * Orders the windows of a crowd's slices: passes on each second once, in order, when every slice has closed it.
 */
export class ClosedSeconds {
  readonly #expected: readonly number[];
  readonly #onSecond: (second: number, parts: readonly EncodedWindow[]) => void;
  /** How far each slice is, in ms since the start; infinity for a slice that finished or was lost. */
  readonly #reached = new Map<number, number>();
  readonly #lastIndex = new Map<number, number>();
  readonly #waiting = new Map<number, EncodedWindow[]>();
  #next = 0;

  constructor(
    expected: readonly number[],
    onSecond: (second: number, parts: readonly EncodedWindow[]) => void,
  ) {
    this.#expected = expected;
    this.#onSecond = onSecond;
  }

  add(report: SliceReport): void {
    const { slice, finished, elapsedMs } = report;
    const windows = allTimings([report]).flatMap((timings) => timings.windows);
    const known = this.#lastIndex.get(slice) ?? -1;
    for (const window of windows) {
      // The last report repeats all windows of its slice; a second that was passed on does not change.
      if (window.index <= known || window.index < this.#next) continue;
      this.#waiting.set(window.index, [...(this.#waiting.get(window.index) ?? []), window]);
    }
    this.#lastIndex.set(slice, Math.max(known, ...windows.map(({ index }) => index)));
    this.#reached.set(slice, finished ? Number.POSITIVE_INFINITY : elapsedMs);
    this.#handOn();
  }

  /** Nothing more will come from this slice. */
  lose(slice: number): void {
    this.#reached.set(slice, Number.POSITIVE_INFINITY);
    this.#handOn();
  }

  /** The crowd is over: passes on all seconds without waiting. */
  flush(): void {
    this.#upTo(Math.max(-1, ...this.#waiting.keys()) + 1);
  }

  #handOn(): void {
    const reached = this.#expected.map((slice) => this.#reached.get(slice) ?? 0);
    const slowest = Math.min(...reached);
    if (slowest === Number.POSITIVE_INFINITY) {
      this.flush();
      return;
    }
    const fastest = Math.max(...reached.filter(Number.isFinite), 0);
    this.#upTo(secondAt(Math.max(slowest, fastest - PATIENCE_MS)));
  }

  #upTo(end: number): void {
    for (; this.#next < end; this.#next++) {
      const parts = this.#waiting.get(this.#next) ?? [];
      this.#waiting.delete(this.#next);
      this.#onSecond(this.#next, parts);
    }
  }
}
