import { LatencyHistogram } from '../../../timings/latency-histogram.ts';
import type { Direction, Impairment } from '../../impairment.ts';
import type { DirectionStats } from '../path-stats.ts';

/** The counts of one direction of a path, over all its connections. */
export class DirectionCounts {
  readonly direction: Direction;
  receivedBytes = 0;
  passedBytes = 0;
  heldBytes = 0;
  swallowedBytes = 0;
  droppedBytes = 0;
  segments = 0;
  transmissions = 0;
  lost = 0;
  bursts = 0;
  afterTimeout = 0;
  fast = 0;
  #delays: LatencyHistogram | undefined;

  constructor(direction: Direction) {
    this.direction = direction;
  }

  delayed(ms: number): void {
    this.#delays ??= LatencyHistogram.empty();
    this.#delays.record(ms);
  }

  /** Sets all counts to zero, except those of the held bytes. */
  startOver(): void {
    const { direction, heldBytes } = this;
    Object.assign(this, new DirectionCounts(direction), { heldBytes, receivedBytes: heldBytes });
    this.#delays = undefined;
  }

  stats(set: Impairment): DirectionStats {
    const { afterTimeout, fast, ...counts }: DirectionCounts = this;
    const addedDelay = this.#delays && { addedDelay: this.#delays.encode() };
    return { ...counts, set, retransmissions: { afterTimeout, fast }, ...addedDelay };
  }
}
