const FIRST_MS = 1_000;
const FACTOR = 1.5;
const LONGEST_MS = 60_000;

/** The most automatic attempts. */
export const MOST_ATTEMPTS = 10;

/** The contract's pause after attempt 1, 2, …: 1 s, 1.5 s, 2.25 s … 38.4 s, and at least `retryAfterS`. */
export function pauseMs(attempt: number, retryAfterS = 0): number {
  return Math.max(retryAfterS * 1000, Math.min(LONGEST_MS, FIRST_MS * FACTOR ** (attempt - 1)));
}
