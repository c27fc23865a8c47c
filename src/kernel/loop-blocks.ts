/** How often the loop shows that it is not blocked. */
const BEAT_MS = 100;
/** A shorter block causes no timeout of a call. */
const SHORTEST_MS = 250;
/** Older blocks are removed, because no call waits this long. */
const KEPT_MS = 700_000;

interface Block {
  readonly from: number;
  readonly to: number;
}

/** The times in which the event loop of a process was blocked. */
export class LoopBlocks {
  readonly #now: () => number;
  #blocks: Block[] = [];
  #beatAt = 0;
  #watching = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param now a clock in ms, the same clock as in `between` */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Starts to record blocks. The returned function stops this. */
  watch(): () => void {
    this.#watching += 1;
    if (this.#watching === 1) {
      this.#beatAt = this.#now();
      this.#timer = setInterval(() => this.beat(), BEAT_MS).unref();
    }
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#watching -= 1;
      if (this.#watching === 0) clearInterval(this.#timer);
    };
  }

  /** The loop is not blocked. Nothing is recorded without a watch. */
  beat(): void {
    if (this.#watching === 0) return;
    const now = this.#now();
    if (now - this.#beatAt >= SHORTEST_MS) {
      this.#blocks = this.#blocks.filter(({ to }) => to > now - KEPT_MS);
      this.#blocks.push({ from: this.#beatAt, to: now });
    }
    this.#beatAt = now;
  }

  /** How long the loop was blocked between two instants, in ms. */
  between(from: number, to: number): number {
    let blockedMs = 0;
    for (const block of this.#blocks)
      blockedMs += Math.max(0, Math.min(to, block.to) - Math.max(from, block.from));
    return blockedMs;
  }
}
