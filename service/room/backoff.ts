const FIRST_MS = 1_000;
const FACTOR = 1.5;
const LONGEST_MS = 60_000;

/** After this many attempts the page stops asking by itself. */
export const MOST_ATTEMPTS = 10;

/** The contract's pause after this attempt, counted from 1: 1 s, 1.5 s, 2.25 s … 38.4 s; never less than was asked for. */
export function pauseMs(attempt: number, retryAfterS = 0): number {
  return Math.max(retryAfterS * 1000, Math.min(LONGEST_MS, FIRST_MS * FACTOR ** (attempt - 1)));
}
