/** A wait in a timing wheel. */
export interface Wait {
  /** Cancels the wait; does nothing where it is over. */
  cancel(): void;
}

/** Slots of one millisecond each. A longer wait stays in its slot while the wheel turns past it. */
const SLOTS = 4096;
const MASK = SLOTS - 1;

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits of one slot form a ring of linked entries, so that each is added and removed in one step. */
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
 * All waits of a process on one timer (Varghese and Lauck, Hashed and hierarchical timing wheels, 1987). Adding and
 * cancelling cost the same however many participants wait. As with Node's timers, a wait keeps the process alive.
 */
export class TimingWheel {
  readonly #now: () => number;
  readonly #slots: (Entry | undefined)[] = new Array(SLOTS).fill(undefined);
  #waiting = 0;
  /** All slots before this millisecond were looked at. */
  #turnedTo: number;
  #timer: NodeJS.Timeout | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #isTurning = false;

  /** `now`: a clock in ms that never goes back. */
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
    // The timer stays for the next wait: most calls end long before their time is up.
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
    // After a pause of more than a whole turn, each slot is looked at once.
    const first = Math.max(this.#turnedTo, until - MASK);
    // The last slot is looked at again in the next turn: waits of a later fraction of its millisecond are still to come.
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

  /** The earliest wait of the first slot that has one in this turn of the wheel; without one, a turn later. */
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
  // The head of a slot is no wait.
}

function rethrow(error: unknown): never {
  throw error;
}
