import { setTimeout as delay } from 'node:timers/promises';

/** The longest time for which a finished run waits for its readers. */
export const MOST_MS = 10 * 60_000;

/** A reader who reloads the page, or opens a report from it, is back within this time. */
const GRACE_MS = 3_000;

const LOOK_EVERY_MS = 200;

export interface Readers {
  /** The tabs that are connected. */
  readonly present: number;
  /** When a reader was last seen, in ms of the monotonic clock; null if there was none. */
  readonly lastSeenAt: number | null;
}

/**
 * How long a dashboard stays after its run: `no`: it closes at once; `while read`: until no tab is connected; `until
 * read`: also before the first tab.
 */
export type Stay = 'no' | 'while read' | 'until read';

export interface LingerOptions {
  readonly stay: Stay;
  readonly readers: () => Readers;
  /** Ends the wait: Ctrl-C. */
  readonly signal: AbortSignal;
  readonly mostMs?: number;
}

/** Whether a reader has the dashboard open, or may still open it, since the end of the run at `endedAt`. */
export function isRead({ present, lastSeenAt }: Readers, stay: Stay, endedAt: number, now: number): boolean {
  if (stay === 'no') return false;
  if (present > 0) return true;
  if (lastSeenAt !== null && now - lastSeenAt < GRACE_MS) return true;
  return stay === 'until read' && (lastSeenAt === null || lastSeenAt < endedAt);
}

/** Resolves when nobody reads the dashboard of a finished run any more, and after `mostMs` at the latest. */
export async function linger({ stay, readers, signal, mostMs = MOST_MS }: LingerOptions): Promise<void> {
  const endedAt = performance.now();
  const isDue = () => performance.now() - endedAt >= mostMs;
  while (!signal.aborted && !isDue() && isRead(readers(), stay, endedAt, performance.now()))
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
}
