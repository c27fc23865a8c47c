import { openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { systemClock } from './clock.ts';

/**
 * The loop wakes up at least this often. A poll that lasted clearly longer did not wait for data: the process, or its
 * machine, was stopped.
 */
const HEARTBEAT_MS = 5;
const HELD_MS = HEARTBEAT_MS + 3;

/**
 * From the arrival of data to the return of the poll that waited for it, when a processor is free: the kernel wakes the
 * thread. The wait in the run queue is measured, and comes on top.
 */
const WAKE_UP_MS = 0.15;

/** Reading for how long this thread waited costs a microsecond, twice in each turn. */
const SHORT_TURN_MS = 0.1;

/** One poll of libuv hands out at most this number of sockets; with more, it polls again within the same turn of the loop. */
const MOST_PER_POLL = 1024;

/** In which turn of the loop a socket was last read. */
const TURN = Symbol('turn');
type Watched = Socket & { [TURN]?: number };

/**
 * When the data of a socket arrived. The event loop reads sockets in turns: it polls, reads everything that is
 * there, and does its other work before it polls again. So data arrived in an interval: at the latest when the poll that
 * reported it returned, at the earliest after the last look that did not find it. Both ends are instants of `systemClock`,
 * in ms. They hold while the data of one read is handled, which has to be done without waiting.
 *
 * - The first read of a turn takes the time, for all that was ready together; `setImmediate` ends the turn. What one
 *   socket delivers in a second read of the same turn came later, and has the time of its own read.
 * - A poll that waited was asked before the data came. It can have been late by the time for which this thread waited
 *   for a processor (the second field of Linux's schedstat; elsewhere this part is not known, and left out), and by the
 *   work that was done since (`performance.nodeTiming.idleTime` tells how long polls waited).
 * - A poll that did not wait found what came since the poll before it.
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
  /** An earlier poll would have found data that arrived before this instant. */
  #unseenSince = 0;
  #polledAt = 0;
  /** Since this instant, only a poll and the time before it are measured. */
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

  /** Begins to measure the earliest end too. The returned function ends that. */
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

  /** All data that arrived before this instant was handed over. While nothing watches, it is the present instant. */
  get seenUntil(): number {
    if (this.#watching === 0) return systemClock.now();
    return this.#isOpen ? this.earliest : this.#unseenSince;
  }

  /** The next message of the same read is handled from now on: it may have come after the first one. */
  nextMessage(): void {
    this.latest = systemClock.now();
  }

  /** A socket was read. Called for all sockets but those that read into a buffer of their own: these call it themselves. */
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

  /** The first read after a poll. */
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

  /** The loop is awake, without anything from a socket. */
  readonly #beat = (): void => {
    // Only a poll that waited shows that there was a poll since the last look.
    if (this.#isOpen || performance.nodeTiming.idleTime === this.#idleMs) return;
    const now = systemClock.now();
    this.#polled(now);
    this.#look(now);
  };

  /** A poll returned. Returns the earliest instant at which the data that it found can have arrived. */
  #polled(now: number): number {
    const idleMs = performance.nodeTiming.idleTime - this.#idleMs;
    const busyMs = Math.max(0, now - this.#lookedAt - idleMs);
    const isHeld = idleMs > HELD_MS;
    this.onBlock?.(isHeld ? idleMs - HEARTBEAT_MS : this.#workMs + busyMs);
    this.#workMs = 0;
    const before = this.#unseenSince;
    // A poll that did not wait found the data since the poll before it; it looked after our own last look.
    const hasWaited = idleMs > 0;
    const sincePolled =
      isHeld || !hasWaited ? this.#lookedAt : now - busyMs - this.#queuedUntil(now) - WAKE_UP_MS;
    if (sincePolled > before) this.#unseenSince = sincePolled;
    return hasWaited ? this.#unseenSince : before;
  }

  /** From now until the next poll returns, waiting and work are measured separately. */
  #look(now: number): void {
    // In a short time, the wait for a processor was short as well.
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

/** How long this thread has waited for a processor until now, in ms; undefined where the system does not report it. */
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
