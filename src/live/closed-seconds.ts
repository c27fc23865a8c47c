import { allTimings, type ShareReport } from '../crowd/share-report.ts';
import type { EncodedWindow } from '../timings/encoded.ts';

/** A share that is silent for longer is not waited for: what it sends later is in the report, and not in the live view. */
const PATIENCE_MS = 3000;

/**
 * Puts the windows of a crowd's shares in order: hands each second on once, after the one before, when every share
 * has closed it.
 */
export class ClosedSeconds {
  readonly #expected: readonly number[];
  readonly #onSecond: (second: number, parts: readonly EncodedWindow[]) => void;
  /** How far each share is, in ms since the start; one that finished or was lost is at the end of all time. */
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

  add(report: ShareReport): void {
    const { share, finished, elapsedMs } = report;
    const windows = allTimings([report]).flatMap((timings) => timings.windows);
    const known = this.#lastIndex.get(share) ?? -1;
    for (const window of windows) {
      // The last report repeats all windows of its share; a second that was handed on is over.
      if (window.index <= known || window.index < this.#next) continue;
      this.#waiting.set(window.index, [...(this.#waiting.get(window.index) ?? []), window]);
    }
    this.#lastIndex.set(share, Math.max(known, ...windows.map(({ index }) => index)));
    this.#reached.set(share, finished ? Number.POSITIVE_INFINITY : elapsedMs);
    this.#handOn();
  }

  /** Nothing more will come from this share. */
  lose(share: number): void {
    this.#reached.set(share, Number.POSITIVE_INFINITY);
    this.#handOn();
  }

  /** The crowd is over: nobody is waited for any more. */
  flush(): void {
    this.#upTo(Math.max(-1, ...this.#waiting.keys()) + 1);
  }

  #handOn(): void {
    const reached = this.#expected.map((share) => this.#reached.get(share) ?? 0);
    const slowest = Math.min(...reached);
    if (slowest === Number.POSITIVE_INFINITY) {
      this.flush();
      return;
    }
    const fastest = Math.max(...reached.filter(Number.isFinite), 0);
    this.#upTo(Math.floor(Math.max(slowest, fastest - PATIENCE_MS) / 1000));
  }

  #upTo(end: number): void {
    for (; this.#next < end; this.#next++) {
      const parts = this.#waiting.get(this.#next) ?? [];
      this.#waiting.delete(this.#next);
      this.#onSecond(this.#next, parts);
    }
  }
}
