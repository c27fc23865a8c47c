export interface Wait {
  /** Cancels the wait. Has no effect when the wait is over. */
  cancel(): void;
}

/** Slots of one millisecond each. A longer wait stays in its slot while the wheel turns past it. */
const SLOTS = 4096;
const MASK = SLOTS - 1;

/** Node fires a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The waits of one slot form a ring of linked entries, so that each is added and removed in one step. */
class Entry implements Wait {
  readonly #wheel: TimingWheel | undefined;
  readonly due: number;
  readonly callback: () => void;
  previous: Entry = this;
  next: Entry = this;

  constructor(wheel: TimingWheel | undefined, due: number, callback: () => void) {
    this.#wheel = wheel;
    this.due = due;
    this.callback = callback;
  }

  get isLinked(): boolean {
    return this.next !== this;
  }

  cancel(): void {
    if (this.isLinked) this.#wheel?.remove(this);
  }

  linkBefore(other: Entry): void {
    this.previous = other.previous;
    this.next = other;
    this.previous.next = this;
    other.previous = this;
  }

  unlink(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.previous = this;
    this.next = this;
  }
}

/**
 * All waits of a process on one timer (Varghese and Lauck, Hashed and hierarchical timing wheels, 1987). The cost of adding
 * and cancelling does not depend on the number of waits. As with Node's timers, a wait keeps the process alive.
 */
export class TimingWheel {
  readonly #now: () => number;
  readonly #slots: (Entry | undefined)[] = new Array(SLOTS).fill(undefined);
  #waiting = 0;
  /** All slots before this millisecond were checked. */
  #turnedTo: number;
  #timer: NodeJS.Timeout | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #isTurning = false;

  /** @param now a clock in ms that never goes back */
  constructor(now: () => number) {
    this.#now = now;
    this.#turnedTo = Math.floor(now());
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Calls back after `ms` milliseconds, never earlier. */
  after(ms: number, callback: () => void): Wait {
    return this.at(this.#now() + ms, callback);
  }

  /** Calls back when the clock is at `due`, never earlier, and never synchronously. */
  at(due: number, callback: () => void): Wait {
    const entry = new Entry(this, due, callback);
    const millisecond = Math.max(Math.floor(due), this.#turnedTo);
    const index = millisecond & MASK;
    let slot = this.#slots[index];
    if (!slot) {
      slot = new Entry(undefined, 0, nothing);
      this.#slots[index] = slot;
    }
    entry.linkBefore(slot);
    this.#waiting += 1;
    if (this.#waiting === 1) this.#timer?.ref();
    if (due < this.#armedFor && !this.#isTurning) this.#arm(due);
    return entry;
  }

  remove(entry: Entry): void {
    entry.unlink();
    this.#waiting -= 1;
    // The timer stays for the next wait, because most calls end long before their timeout.
    if (this.#waiting === 0) this.#timer?.unref();
  }

  #arm(due: number): void {
    clearTimeout(this.#timer);
    this.#armedFor = due;
    const ms = Math.ceil(due - this.#now());
    this.#timer = setTimeout(this.#turn, Math.min(Math.max(ms, 1), LONGEST_TIMER_MS));
  }

  readonly #turn = (): void => {
    this.#timer = undefined;
    this.#isTurning = true;
    const now = this.#now();
    const until = Math.floor(now);
    // After a pause of more than a whole turn, each slot is checked once.
    const first = Math.max(this.#turnedTo, until - MASK);
    // The last slot is checked again in the next turn, because waits with a later fraction of its millisecond may follow.
    this.#turnedTo = until;
    const due: Entry[] = [];
    for (let millisecond = first; millisecond <= until; millisecond++)
      this.#collect(millisecond & MASK, now, due);
    for (const entry of due) this.#call(entry);
    this.#isTurning = false;
    this.#armedFor = Number.POSITIVE_INFINITY;
    if (this.#waiting > 0) this.#arm(this.#nextDue(until));
  };

  #collect(index: number, now: number, due: Entry[]): void {
    const slot = this.#slots[index];
    if (!slot) return;
    for (let entry = slot.next; entry !== slot; entry = entry.next) if (entry.due <= now) due.push(entry);
  }

  #call(entry: Entry): void {
    if (!entry.isLinked) return; // another callback has cancelled it
    this.remove(entry);
    try {
      entry.callback();
    } catch (error) {
      // The error must not delay the other waits.
      process.nextTick(rethrow, error);
    }
  }

  /** The earliest wait in this turn of the wheel; without such a wait, the end of the turn. */
  #nextDue(from: number): number {
    for (let offset = 0; offset < SLOTS; offset++) {
      const slot = this.#slots[(from + offset) & MASK];
      if (!slot?.isLinked) continue;
      let soonest = Number.POSITIVE_INFINITY;
      for (let entry = slot.next; entry !== slot; entry = entry.next)
        if (entry.due < soonest) soonest = entry.due;
      if (soonest < from + offset + 1) return soonest;
    }
    return from + SLOTS;
  }
}

function nothing(): void {
  // The head of a slot is not a wait.
}

function rethrow(error: unknown): never {
  throw error;
}
