import { openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { systemClock } from './clock.ts';

/** The loop wakes up at least this often. During a clearly longer poll, the process or its machine was stopped. */
const HEARTBEAT_MS = 5;
const HELD_MS = HEARTBEAT_MS + 3;

/**
 * The time in which the kernel wakes a thread that waits for data, when a processor is free. The wait in the run queue is
 * measured separately.
 */
const WAKE_UP_MS = 0.15;

/** In a turn shorter than this, the wait for a processor is not read: it costs a microsecond, twice per turn. */
const SHORT_TURN_MS = 0.1;

/** One poll of libuv returns at most this number of sockets; for more, it polls again in the same turn of the loop. */
const MOST_PER_POLL = 1024;

/** The turn of the loop in which a socket was last read. */
const TURN = Symbol('turn');
type Watched = Socket & { [TURN]?: number };

/**
 * When the data of a socket arrived. The event loop works in turns: it polls, reads all ready sockets, and does its other
 * work before it polls again. So the arrival is known as an interval: at the latest when the poll that reported the data
 * returned, at the earliest after the last poll that did not find it. Both ends are instants of `systemClock`, in ms. They
 * are valid while the data of one read is handled synchronously.
 *
 * - The first read of a turn takes the time for all sockets that were ready together; `setImmediate` ends the turn. A second
 *   read of one socket in the same turn is later, and takes its own time.
 * - A poll that waited began before the data came. It may have returned late: this thread waited for a processor (the second
 *   field of Linux's schedstat; on other systems this part is unknown and left out), and did other work since
 *   (`performance.nodeTiming.idleTime` is the time for which polls waited).
 * - A poll that did not wait found the data that came since the poll before it.
 */
class Arrivals {
  latest = 0;
  earliest = 0;
  /** Receives the length, in ms, of each time in which the loop did not look at its sockets. */
  onBlock: ((ms: number) => void) | undefined;
  #watching = 0;
  #heartbeat: NodeJS.Timeout | undefined;
  #turn = 0;
  #isOpen = false;
  #reads = 0;
  /** An earlier poll found all data that arrived before this instant. */
  #unseenSince = 0;
  #polledAt = 0;
  /** The measurement of the next poll starts here. */
  #lookedAt = 0;
  #idleMs = 0;
  #queuedMs = 0;
  #queueReadAt = 0;
  /** The work of the turn that ended last. */
  #workMs = 0;

  constructor() {
    const { push } = Socket.prototype;
    const read = (socket: Watched) => this.read(socket);
    Socket.prototype.push = function (this: Watched, chunk: unknown, encoding?: BufferEncoding): boolean {
      if (chunk !== null) read(this);
      return push.call(this, chunk, encoding);
    };
  }

  /** Starts to measure the earliest arrival too. The returned function stops this. */
  watch(): () => void {
    this.#watching += 1;
    if (this.#watching === 1) {
      const now = systemClock.now();
      this.#unseenSince = now;
      this.#look(now);
      this.#heartbeat = setInterval(this.#beat, HEARTBEAT_MS).unref();
    }
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#watching -= 1;
      if (this.#watching === 0) clearInterval(this.#heartbeat);
    };
  }

  get isWatching(): boolean {
    return this.#watching > 0;
  }

  /** All data that arrived before this instant was handled. Without a watcher, it is the present instant. */
  get seenUntil(): number {
    if (this.#watching === 0) return systemClock.now();
    return this.#isOpen ? this.earliest : this.#unseenSince;
  }

  /** Call it before the next message of the same read: that message may have come later than the first. */
  nextMessage(): void {
    this.latest = systemClock.now();
  }

  /** Records a read of a socket. Sockets with their own read buffer must call it; for all others it is called automatically. */
  read(socket: Watched): void {
    if (this.#watching === 0) {
      // Without a watch there is no bracket, and the time of the read counts as exact.
      this.latest = systemClock.now();
      this.earliest = this.latest;
      return;
    }
    if (!this.#isOpen) this.#open();
    this.#reads += 1;
    if (socket[TURN] === this.#turn || this.#reads > MOST_PER_POLL) {
      this.latest = systemClock.now();
    } else {
      socket[TURN] = this.#turn;
      this.latest = this.#polledAt;
    }
  }

  /** Starts a turn, at the first read after a poll. */
  #open(): void {
    this.#isOpen = true;
    this.#turn += 1;
    this.#reads = 0;
    const now = systemClock.now();
    this.earliest = this.#polled(now);
    this.#polledAt = now;
    setImmediate(this.#close);
  }

  readonly #close = (): void => {
    this.#isOpen = false;
    const now = systemClock.now();
    this.#workMs = now - this.#polledAt;
    this.#look(now);
  };

  /** The loop is awake without data from a socket. */
  readonly #beat = (): void => {
    // Only a poll that waited proves that there was a poll since the last measurement.
    if (this.#isOpen || performance.nodeTiming.idleTime === this.#idleMs) return;
    const now = systemClock.now();
    this.#polled(now);
    this.#look(now);
  };

  /** Called after a poll. Returns the earliest possible arrival of the data that it found. */
  #polled(now: number): number {
    const idleMs = performance.nodeTiming.idleTime - this.#idleMs;
    const busyMs = Math.max(0, now - this.#lookedAt - idleMs);
    const isHeld = idleMs > HELD_MS;
    // The poll itself looked at the sockets, so it separates the work before it from the time for which it was held.
    this.onBlock?.(this.#workMs + busyMs);
    if (isHeld) this.onBlock?.(idleMs - HEARTBEAT_MS);
    this.#workMs = 0;
    const before = this.#unseenSince;
    // A poll that did not wait found the data since the poll before it, and began after `#lookedAt`.
    const hasWaited = idleMs > 0;
    const sincePolled =
      isHeld || !hasWaited ? this.#lookedAt : now - busyMs - this.#queuedUntil(now) - WAKE_UP_MS;
    if (sincePolled > before) this.#unseenSince = sincePolled;
    return hasWaited ? this.#unseenSince : before;
  }

  /** Starts the measurement of the next poll, which separates waiting from work. */
  #look(now: number): void {
    // In a short turn, the wait for a processor was also short.
    if (now - this.#queueReadAt > SHORT_TURN_MS) this.#queuedUntil(now);
    this.#lookedAt = now;
    this.#idleMs = performance.nodeTiming.idleTime;
  }

  /** How long this thread has waited for a processor since the last call, in ms. */
  #queuedUntil(now: number): number {
    const before = this.#queuedMs;
    this.#queuedMs = queueMs();
    this.#queueReadAt = now;
    return this.#queuedMs - before;
  }
}

export const arrivals = new Arrivals();

const schedstat = open();
const text = Buffer.alloc(64);
const SPACE = 32;
const ZERO = 48;

function open(): number | undefined {
  try {
    return openSync('/proc/thread-self/schedstat', 'r');
  } catch {
    return undefined; // only Linux reports it in this way
  }
}

/** How long this thread has waited for a processor, in ms; undefined if the system does not report it. */
export function processorWaitMs(): number | undefined {
  return schedstat === undefined ? undefined : queueMs();
}

function queueMs(): number {
  if (schedstat === undefined) return 0;
  const length = readSync(schedstat, text, 0, text.length, 0);
  let index = 0;
  while (index < length && text[index] !== SPACE) index += 1;
  let nanoseconds = 0;
  for (index += 1; index < length && text[index] !== SPACE; index++)
    nanoseconds = nanoseconds * 10 + text[index]! - ZERO;
  return nanoseconds / 1e6;
}
