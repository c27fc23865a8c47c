import type { FastifyRateLimitStore } from '@fastify/rate-limit';

interface Window {
  readonly startedAt: number;
  count: number;
}

/** The most users that a group counts at a time. The oldest windows are dropped first. */
const COUNTED_USERS = 100_000;

/**
 * The calls of each user in its current window, for one group of routes. A window that is over is removed, so the memory
 * is that of the users of one window: the store of the plugin keeps each user until others take its place.
 */
export class CountedWindows implements FastifyRateLimitStore {
  /** In the order of their starts, because a new window is added at the end. */
  readonly #windows = new Map<string, Window>();
  readonly #now: () => number;

  constructor(_options?: unknown, now: () => number = Date.now) {
    this.#now = now;
  }

  /** The number of users with a window. */
  get size(): number {
    return this.#windows.size;
  }

  incr(
    key: string,
    callback: (error: Error | null, result?: { current: number; ttl: number }) => void,
    windowMs: number,
  ): void {
    const now = this.#now();
    this.#removeBefore(now - windowMs);
    const window = this.#windows.get(key) ?? { startedAt: now, count: 0 };
    window.count += 1;
    this.#windows.set(key, window);
    callback(null, { current: window.count, ttl: windowMs - (now - window.startedAt) });
  }

  /** Each group of routes has its own windows. */
  child(): CountedWindows {
    return new CountedWindows(undefined, this.#now);
  }

  #removeBefore(start: number): void {
    for (const [key, { startedAt }] of this.#windows) {
      if (startedAt > start && this.#windows.size <= COUNTED_USERS) return;
      this.#windows.delete(key);
    }
  }
}
