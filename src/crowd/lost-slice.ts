import type { CrowdRecord } from './coordinator/messages.ts';
import { mib } from './reach.ts';

/** A heap that was this full one second before may be full now: it grows by some per cent with each collection. */
const NEARLY_FULL = 0.8;

/**
 * Why the worker of a lost slice may have ended, and what to do; empty without any sign of a reason. The worker itself
 * cannot report it: V8 and the kernel end a process without memory at once.
 */
export function whyLost(
  { reports, outOfMemory }: Pick<CrowdRecord, 'reports' | 'outOfMemory'>,
  slice: number,
): string {
  const health = reports.find((report) => report.slice === slice)?.health;
  const heap = health?.heap;
  if (heap && heap.peakBytes >= NEARLY_FULL * heap.limitBytes)
    return `. Its JavaScript heap may have been full: it held ${mib(heap.peakBytes)} of at most ${mib(heap.limitBytes)}. Use more workers, or raise --max-old-space-size in NODE_OPTIONS`;
  if (outOfMemory === undefined) return '';
  const { kills, limitBytes } = outOfMemory;
  const limit = limitBytes === null ? '' : ` (the limit of this run is ${mib(limitBytes)})`;
  const held = health ? `, the worker held ${mib(health.memoryPeakBytes)} at its last report` : '';
  return `. The kernel ended ${kills === 1 ? 'a process' : `${kills} processes`} because no memory was left${limit}${held}. Raise the limit, or use more machines or fewer users`;
}
