/** The longest wait of a leave for open calls. */
const PATIENCE_MS = 1_000;

/** The open calls. */
export class Calls {
  readonly #pending = new Set<Promise<unknown>>();
  #stop = new AbortController();

  /** `call` must not reject. Its signal aborts when nothing needs its answer. */
  async add<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const answer = call(this.#stop.signal);
    this.#pending.add(answer);
    try {
      return await answer;
    } finally {
      this.#pending.delete(answer);
    }
  }

  /** Waits for the answers of all open calls, and aborts them after the time limit. */
  async settle(): Promise<void> {
    const impatient = setTimeout(() => {
      this.#stop.abort();
      // Later calls need a new signal.
      this.#stop = new AbortController();
    }, PATIENCE_MS);
    await Promise.all(this.#pending);
    clearTimeout(impatient);
  }
}
