import type { Quality } from './level.ts';

/** Time between two reports when nothing changes. */
const EVERY_MS = 5_000;
/** Least time between two reports: at most 40 in a minute, where the contract allows 100. */
const LEAST_MS = 1_500;

type Sent = { atMs: number; quality: Quality };

/** Whether it is time for a report of this quality; `notBeforeMs`: until then the service wants none. */
export function isDue(nowMs: number, quality: Quality, last: Sent | undefined, notBeforeMs = 0): boolean {
  if (nowMs < notBeforeMs) return false;
  if (!last) return true;
  return nowMs - last.atMs >= (quality === last.quality ? EVERY_MS : LEAST_MS);
}
