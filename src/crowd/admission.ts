import type { Clock } from '../kernel/clock.ts';

export interface Admission {
  readonly clock: Clock;
  /** Aborts when no further participant may arrive. */
  readonly signal: AbortSignal;
  /**
   * Starts one session. Resolves at its end with true for a success. It must not throw. `index` counts the arrivals.
   */
  begin(index: number, intendedAt: number): Promise<boolean>;
  /** Called for an arrival while all users are active. */
  full(): void;
}

/**
 * A session that failed is replaced no sooner after its start: a dead service must not turn the crowd into a busy
 * loop.
 */
const FAILED_SESSION_MS = 1000;
/** A session that succeeded has usually made calls. A journey that does nothing must not cause a busy loop either. */
const SHORTEST_SESSION_MS = 1;

/**
 * Keeps a number of sessions active and replaces an ended one at once. If successful ones waited too, short sessions
 * would all start at the same point of each second.
 * @returns sets the number, from the instant `due` on
 */
export function replacedUsers({
  clock,
  signal,
  begin,
}: Omit<Admission, 'full'>): (users: number, due: number) => void {
  let wanted = 0;
  let active = 0;
  let index = 0;
  const session = async (due: number) => {
    active += 1;
    const shortestMs = (await begin(index++, due)) ? SHORTEST_SESSION_MS : FAILED_SESSION_MS;
    await clock.until(due + shortestMs, signal).catch(() => undefined); // the next line checks the signal
    active -= 1;
    fill(clock.now());
  };
  const fill = (due: number) => {
    while (active < wanted && !signal.aborted) void session(due);
  };
  return (users, due) => {
    wanted = users;
    fill(due);
  };
}

/**
 * Starts a session for each arrival, while fewer than `most` are active.
 * @returns admits the arrival that is due at this instant
 */
export function limitedArrivals({ begin, full }: Pick<Admission, 'begin' | 'full'>, most: number) {
  let active = 0;
  let index = 0;
  return (due: number): void => {
    if (active >= most) {
      full();
    } else {
      active += 1;
      void begin(index, due).then(() => {
        active -= 1;
      });
    }
    index += 1;
  };
}
