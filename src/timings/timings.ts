import type { EncodedTimings, EncodedWindow } from './encoded.ts';
import { OperationTimings } from './operation-timings.ts';

const WINDOW_MS = 1000;

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

  /** The recorder of one operation; the same one for the same name. */
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

  /** Everything, the window that is still open included. Asking changes nothing: more may be recorded. */
  encode(now: number): EncodedTimings {
    this.#roll(now);
    const open = this.#window();
    return {
      operations: this.#encodeOperations(),
      windows: isEmpty(open) ? [...this.#windows] : [...this.#windows, open],
    };
  }

  // An arrow, because every OperationTimings holds it.
  readonly #roll = (now: number): void => {
    if (now < this.#currentEndsAt) return;
    const closed = this.#window();
    if (!isEmpty(closed)) this.#windows.push(closed);
    for (const operation of this.#operations.values()) operation.nextWindow();
    this.#peakUsers = this.#users;
    const next = Math.floor((now - this.#startedAt) / WINDOW_MS);
    // In seconds without a record, the participants are there all the same.
    for (let index = this.#current + 1; index < next && this.#users > 0; index++) {
      this.#windows.push({ index, users: this.#users, operations: {} });
    }
    this.#current = next;
    this.#currentEndsAt = this.#startedAt + (next + 1) * WINDOW_MS;
  };

  #window(): EncodedWindow {
    const operations: Record<string, EncodedWindow['operations'][string]> = {};
    for (const [name, operation] of this.#operations) {
      const recorded = operation.window();
      if (recorded) operations[name] = recorded;
    }
    return { index: this.#current, users: this.#peakUsers, operations };
  }

  #encodeOperations(): EncodedTimings['operations'] {
    return Object.fromEntries([...this.#operations].map(([name, operation]) => [name, operation.encode()]));
  }
}

function isEmpty({ users, operations }: EncodedWindow): boolean {
  return users === 0 && Object.keys(operations).length === 0;
}
