import type { Quality } from './level.ts';

/** The time between two reports without a change. */
const EVERY_MS = 5_000;
/** The least time between two reports. It allows 40 reports a minute, and the contract allows 100. */
const LEAST_MS = 1_500;

type Sent = { atMs: number; quality: Quality };

/** Whether a report of this quality is due. Before `notBeforeMs`, the service accepts none. */
export function isDue(nowMs: number, quality: Quality, last: Sent | undefined, notBeforeMs = 0): boolean {
  if (nowMs < notBeforeMs) return false;
  if (!last) return true;
  return nowMs - last.atMs >= (quality === last.quality ? EVERY_MS : LEAST_MS);
}
