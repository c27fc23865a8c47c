import type { EncodedTimings, EncodedWindow } from './encoded.ts';
import { OperationTimings } from './operation-timings.ts';

export const WINDOW_MS = 1000;

/**
 * All timings of one share: one recorder per operation, cut into windows of one second from `startedAt`.
 * Memory grows with the number of operations and of seconds, never with the number of requests.
 */
export class Timings {
  readonly #operations = new Map<string, OperationTimings>();
  #windows: EncodedWindow[] = [];
  #sent = 0;
  #startedAt: number;
  #current = 0;
  #currentEndsAt: number;
  #users = 0;
  #peakUsers = 0;

  /** `startedAt`: the release of the barrier, in ms of the clock that the records use. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
    this.#currentEndsAt = startedAt + WINDOW_MS;
  }

  /** Look an operation up once and keep it: this is not for the measured path. */
  operation(name: string): OperationTimings {
    let operation = this.#operations.get(name);
    if (!operation) {
      operation = new OperationTimings(this.#roll);
      this.#operations.set(name, operation);
    }
    return operation;
  }

  /** The number of active participants, as a gauge of the windows. */
  set users(count: number) {
    this.#users = count;
    if (count > this.#peakUsers) this.#peakUsers = count;
  }

  get users(): number {
    return this.#users;
  }

  /** Cumulative counts, and the windows that closed since the last snapshot. */
  snapshot(now: number): EncodedTimings {
    this.#roll(now);
    const windows = this.#windows.slice(this.#sent);
    this.#sent = this.#windows.length;
    return { operations: this.#encodeOperations(), windows };
  }

  /** Everything, the window that is still open included. */
  encode(now: number): EncodedTimings {
    this.#roll(now);
    const open = this.#closeWindow();
    return { operations: this.#encodeOperations(), windows: open ? [...this.#windows, open] : this.#windows };
  }

  // An arrow, because every OperationTimings holds it.
  readonly #roll = (now: number): void => {
    if (now < this.#currentEndsAt) return;
    const closed = this.#closeWindow();
    if (closed) this.#windows.push(closed);
    this.#current = Math.floor((now - this.#startedAt) / WINDOW_MS);
    this.#currentEndsAt = this.#startedAt + (this.#current + 1) * WINDOW_MS;
  };

  #closeWindow(): EncodedWindow | undefined {
    const operations: Record<string, NonNullable<ReturnType<OperationTimings['closeWindow']>>> = {};
    let empty = this.#peakUsers === 0;
    for (const [name, operation] of this.#operations) {
      const closed = operation.closeWindow();
      if (closed) {
        operations[name] = closed;
        empty = false;
      }
    }
    const window = { index: this.#current, users: this.#peakUsers, operations };
    this.#peakUsers = this.#users;
    return empty ? undefined : window;
  }

  #encodeOperations(): EncodedTimings['operations'] {
    return Object.fromEntries([...this.#operations].map(([name, operation]) => [name, operation.encode()]));
  }
}
