import { isAction, ROOM_EVENTS } from './catalogue.ts';
import type { EncodedTimings, EncodedWindow } from './encoded.ts';
import { type Drain, OperationTimings } from './operation-timings.ts';
import { secondAt } from './second.ts';

const WINDOW_MS = 1000;

/**
 * How long a second stays open for late records: the time after which an event is lost (15 s), and two
 * seconds because losses are decided once a second. Such an operation is sent again with its window when it is final.
 */
const BELATED_MS = 17_000;

const NO_DRAIN: Drain = { from: Number.POSITIVE_INFINITY };

/**
 * All timings of one slice: one recorder per operation, cut into windows of one second from `startedAt`.
 * Memory grows with the number of operations and of seconds, never with the number of requests.
 */
export class Timings {
  readonly #operations = new Map<string, OperationTimings>();
  readonly #windows = new Map<number, EncodedWindow>();
  /** Seconds whose window is new or has grown since the last snapshot. */
  readonly #unsent = new Set<number>();
  #final = -1;
  #startedAt: number;
  #current = 0;
  #currentEndsAt: number;
  #users = 0;
  #peakUsers = 0;
  /** The time of the users in the current window up to `#usersSince`, added up. */
  #userMs = 0;
  #usersSince: number;
  readonly #drain: Drain = { from: Number.POSITIVE_INFINITY };

  /** `startedAt`: the release of the barrier, in ms of the clock that the records use. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
    this.#currentEndsAt = startedAt + WINDOW_MS;
    this.#usersSince = startedAt;
  }

  /** The recorder of one operation; the same one for the same name. */
  operation(name: string): OperationTimings {
    let operation = this.#operations.get(name);
    if (!operation) {
      // A page metric belongs to the whole session, not to the time of its reading.
      const drain = isAction(name) || name === ROOM_EVENTS ? this.#drain : NO_DRAIN;
      operation = new OperationTimings(this.#roll, this.#openSecond, drain);
      this.#operations.set(name, operation);
    }
    return operation;
  }

  /** Sets the number of active participants from this instant on; the windows hold the peak and the total time. */
  setUsers(count: number, at: number): void {
    this.#roll(at);
    this.#userMs += this.#users * Math.max(0, at - this.#usersSince);
    this.#usersSince = Math.max(at, this.#usersSince);
    this.#users = count;
    if (count > this.#peakUsers) this.#peakUsers = count;
  }

  get users(): number {
    return this.#users;
  }

  /**
   * Participants are asked to leave from this instant on. The calls that they begin then are counted, but their
   * latencies are kept separately: targets judge the service under the requested load, not at its end.
   */
  drainFrom(at: number): void {
    this.#drain.from = Math.min(at, this.#drain.from);
  }

  /** Cumulative counts, and the windows that closed or became final since the last snapshot. */
  snapshot(now: number): EncodedTimings {
    this.#roll(now);
    const settledMs = now - BELATED_MS - this.#startedAt;
    if (settledMs >= 0) this.#finish(secondAt(settledMs));
    const windows = [...this.#unsent]
      .sort((one, other) => one - other)
      .map((second) => this.#windows.get(second)!);
    this.#unsent.clear();
    return { operations: this.#encodeOperations(), windows };
  }

  /** Everything, including the open window. Has no side effect: more may be recorded. */
  encode(now: number): EncodedTimings {
    this.#roll(now);
    const windows = new Map(this.#windows);
    const open = this.#window(now);
    for (const window of isEmpty(open) ? this.#belated() : [open, ...this.#belated()])
      windows.set(window.index, together(windows.get(window.index), window));
    return {
      operations: this.#encodeOperations(),
      windows: [...windows.values()].sort((one, other) => one.index - other.index),
    };
  }

  /** Adds all late records up to this second to the windows, which are sent again. */
  #finish(last: number): void {
    if (last <= this.#final) return;
    this.#final = last;
    for (const window of this.#belated(last)) this.#keep(window);
    for (const operation of this.#operations.values()) operation.forgetBelated(last);
  }

  #belated(last = Number.POSITIVE_INFINITY): EncodedWindow[] {
    return [...this.#operations].flatMap(([name, operation]) =>
      operation.belated(last).map(([index, recorded]) => ({
        index,
        users: 0,
        userMs: 0,
        operations: { [name]: recorded },
      })),
    );
  }

  #keep(window: EncodedWindow): void {
    this.#windows.set(window.index, together(this.#windows.get(window.index), window));
    this.#unsent.add(window.index);
  }

  // An arrow, because every OperationTimings holds it.
  readonly #roll = (now: number): void => {
    if (now < this.#currentEndsAt) return;
    const closed = this.#window(this.#currentEndsAt);
    if (!isEmpty(closed)) this.#keep(closed);
    for (const operation of this.#operations.values()) operation.nextWindow();
    this.#peakUsers = this.#users;
    const next = secondAt(now - this.#startedAt);
    // Participants are active in seconds without a record too.
    for (let index = this.#current + 1; index < next && this.#users > 0; index++) {
      this.#keep({ index, users: this.#users, userMs: this.#users * WINDOW_MS, operations: {} });
    }
    this.#userMs = 0;
    this.#usersSince = this.#startedAt + next * WINDOW_MS;
    this.#current = next;
    this.#currentEndsAt = this.#startedAt + (next + 1) * WINDOW_MS;
  };

  readonly #openSecond = (ms: number): number => Math.max(this.#final + 1, secondAt(ms - this.#startedAt));

  #window(until: number): EncodedWindow {
    const operations: Record<string, EncodedWindow['operations'][string]> = {};
    for (const [name, operation] of this.#operations) {
      const recorded = operation.window();
      if (recorded) operations[name] = recorded;
    }
    const userMs = Math.round(this.#userMs + this.#users * Math.max(0, until - this.#usersSince));
    return { index: this.#current, users: this.#peakUsers, userMs, operations };
  }

  #encodeOperations(): EncodedTimings['operations'] {
    return Object.fromEntries(
      [...this.#operations].map(([name, operation]) => [name, operation.encode(this.#startedAt)]),
    );
  }
}

/** Joins two parts of one second; each operation is in only one of them. */
function together(one: EncodedWindow | undefined, other: EncodedWindow): EncodedWindow {
  if (!one) return other;
  const operations = { ...one.operations, ...other.operations };
  return {
    index: other.index,
    users: Math.max(one.users, other.users),
    userMs: Math.max(one.userMs ?? 0, other.userMs ?? 0),
    operations,
  };
}

function isEmpty({ users, operations }: EncodedWindow): boolean {
  return users === 0 && Object.keys(operations).length === 0;
}
