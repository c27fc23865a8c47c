import { LatencyHistogram } from '../../../timings/latency-histogram.ts';
import type { Direction, Impairment } from '../impairment.ts';
import type { DirectionStats } from '../messages.ts';

/** What one direction of a path did; all its connections count here. */
export class DirectionCounts {
  readonly #direction: Direction;
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
    this.#direction = direction;
  }

  delayed(ms: number): void {
    this.#delays ??= LatencyHistogram.empty();
    this.#delays.record(ms);
  }

  /** What is held stays held. */
  startOver(): void {
    this.receivedBytes = this.heldBytes;
    this.passedBytes = this.swallowedBytes = this.droppedBytes = 0;
    this.segments = this.transmissions = this.lost = this.bursts = this.afterTimeout = this.fast = 0;
    this.#delays = undefined;
  }

  stats(set: Impairment): DirectionStats {
    const { receivedBytes, passedBytes, heldBytes, swallowedBytes, droppedBytes } = this;
    const { segments, transmissions, lost, bursts, afterTimeout, fast } = this;
    return {
      direction: this.#direction,
      set,
      receivedBytes,
      passedBytes,
      heldBytes,
      swallowedBytes,
      droppedBytes,
      segments,
      transmissions,
      lost,
      bursts,
      retransmissions: { afterTimeout, fast },
      ...(this.#delays && { addedDelay: this.#delays.encode() }),
    };
  }
}
