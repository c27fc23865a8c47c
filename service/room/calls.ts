/** A user who wants to leave does not wait longer for a service that does not answer. */
const PATIENCE_MS = 1_000;

/** The calls that have no answer yet. */
export class Calls {
  readonly #pending = new Set<Promise<unknown>>();
  #stop = new AbortController();

  /** `call` never rejects; its signal aborts when the answer is of no use any more. */
  async add<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const answer = call(this.#stop.signal);
    this.#pending.add(answer);
    try {
      return await answer;
    } finally {
      this.#pending.delete(answer);
    }
  }

  /** Resolves when all are answered; what is not by then is given up. */
  async settle(): Promise<void> {
    const impatient = setTimeout(() => {
      this.#stop.abort();
      // For the calls after it.
      this.#stop = new AbortController();
    }, PATIENCE_MS);
    await Promise.all(this.#pending);
    clearTimeout(impatient);
  }
}
