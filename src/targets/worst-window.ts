import { totalOfService } from '../timings/merged-timings.ts';
import { type Second, SlidingWindow } from '../timings/worst-window.ts';
import { deciding, type Reading, read } from './reading.ts';
import type { Target } from './target.ts';

/** The fewest actions in a window whose rates are judged. */
const FEWEST_IN_WINDOW = 10;

/** The worst window of a target's `worstSeconds`. Seconds are added in order, from 0. */
export class WorstWindow {
  readonly #target: Target;
  readonly #length: number;
  readonly #sliding: SlidingWindow;
  #seconds = 0;
  #worst: Reading | undefined;
  #isHopeless = false;

  /** The target has to name `worstSeconds`. */
  constructor(target: Target) {
    this.#target = target;
    this.#length = target.worstSeconds!;
    this.#sliding = new SlidingWindow(this.#length);
  }

  add(second: Second): void {
    this.#seconds += 1;
    const window = this.#sliding.add(second);
    if (!window || this.#isHopeless) return;
    const { statistic } = this.#target;
    const total = totalOfService(window.outcomes);
    const isRate = statistic.kind === 'error rate' || statistic.kind === 'success rate';
    if (isRate && total < FEWEST_IN_WINDOW) return;
    const where = `from second ${window.fromSecond} to ${window.fromSecond + this.#length}`;
    const latencies = { latest: window.ok, earliest: window.earliest };
    const reading = read(statistic, window.outcomes, latencies, this.#length);
    if ('problem' in reading) {
      // Enough calls, and none succeeded: this is worse than any latency.
      if ((window.outcomes.ok ?? 0) > 0 || total < FEWEST_IN_WINDOW) return;
      this.#isHopeless = true;
      this.#worst = { problem: 'no data', count: 0, note: `${reading.note} ${where}` };
      return;
    }
    const known = this.#worst && 'value' in this.#worst ? this.#worst : undefined;
    const { value, count, bracket } = reading;
    const span = { fromS: window.fromSecond, toS: window.fromSecond + this.#length };
    const found = { value, count, window: span, note: `worst ${where}`, ...(bracket ? { bracket } : {}) };
    this.#worst = deciding(this.#target, known, found);
  }

  /** Whether the added seconds fill a window. */
  get hasWindow(): boolean {
    return this.#seconds >= this.#length;
  }

  get reading(): Reading {
    if (this.#worst) return this.#worst;
    return !this.hasWindow
      ? { problem: 'no data', count: 0, note: `the run is shorter than ${this.#length} s` }
      : {
          problem: 'too few samples',
          count: 0,
          note: `no window of ${this.#length} s has enough samples`,
        };
  }
}
