/** How often the loop shows that it turns. */
const BEAT_MS = 100;
/** A shorter one makes no call time out. */
const SHORTEST_MS = 250;
/** Older ones are forgotten: no call waits for so long. */
const KEPT_MS = 700_000;

interface Block {
  readonly from: number;
  readonly to: number;
}

/** Stretches in which the event loop of a process did not turn: what waited for it then, it did not notice. */
export class LoopBlocks {
  readonly #now: () => number;
  #blocks: Block[] = [];
  #beatAt = 0;
  #watching = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `now`: in ms, on the scale of the instants that are asked about. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes blocks until what it answers is called. */
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

  /** The loop turns. Nothing is noted while nobody watches. */
  beat(): void {
    if (this.#watching === 0) return;
    const now = this.#now();
    if (now - this.#beatAt >= SHORTEST_MS) {
      this.#blocks = this.#blocks.filter(({ to }) => to > now - KEPT_MS);
      this.#blocks.push({ from: this.#beatAt, to: now });
    }
    this.#beatAt = now;
  }

  /** For how many ms between two instants the loop was blocked. */
  between(from: number, to: number): number {
    let blockedMs = 0;
    for (const block of this.#blocks)
      blockedMs += Math.max(0, Math.min(to, block.to) - Math.max(from, block.from));
    return blockedMs;
  }
}
