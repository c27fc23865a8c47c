import { totalOfService } from '../timings/merged-timings.ts';
import { type Second, SlidingStretch } from '../timings/worst-window.ts';
import { deciding, type Reading, read } from './reading.ts';
import type { Target } from './target.ts';

/** The fewest actions within a stretch whose rates are judged. */
const FEWEST_IN_STRETCH = 10;

/** The worst stretch of a target's `worstSeconds`, of the seconds that it is given one after the other from 0. */
export class WorstStretch {
  readonly #target: Target;
  readonly #length: number;
  readonly #sliding: SlidingStretch;
  #seconds = 0;
  #worst: Reading | undefined;
  #isHopeless = false;

  /** The target has to name `worstSeconds`. */
  constructor(target: Target) {
    this.#target = target;
    this.#length = target.worstSeconds!;
    this.#sliding = new SlidingStretch(this.#length);
  }

  add(second: Second): void {
    this.#seconds += 1;
    const stretch = this.#sliding.add(second);
    if (!stretch || this.#isHopeless) return;
    const { statistic } = this.#target;
    const total = totalOfService(stretch.outcomes);
    const isRate = statistic.kind === 'error rate' || statistic.kind === 'success rate';
    if (isRate && total < FEWEST_IN_STRETCH) return;
    const where = `from second ${stretch.fromSecond} to ${stretch.fromSecond + this.#length}`;
    const latencies = { latest: stretch.ok, earliest: stretch.earliest };
    const reading = read(statistic, stretch.outcomes, latencies, this.#length);
    if ('problem' in reading) {
      // Enough was tried and nothing succeeded: no latency can be worse than none.
      if ((stretch.outcomes.ok ?? 0) > 0 || total < FEWEST_IN_STRETCH) return;
      this.#isHopeless = true;
      this.#worst = { problem: 'no data', count: 0, note: `${reading.note} ${where}` };
      return;
    }
    const known = this.#worst && 'value' in this.#worst ? this.#worst : undefined;
    const { value, count, bracket } = reading;
    const found = { value, count, note: `worst ${where}`, ...(bracket ? { bracket } : {}) };
    this.#worst = deciding(this.#target, known, found);
  }

  get reading(): Reading {
    if (this.#worst) return this.#worst;
    return this.#seconds < this.#length
      ? { problem: 'no data', count: 0, note: `the run has no ${this.#length} s` }
      : {
          problem: 'too few',
          count: 0,
          note: `no ${this.#length} s of the run have enough samples`,
        };
  }
}
