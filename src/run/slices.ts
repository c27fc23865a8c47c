import type { Run } from '../config/environment.ts';

type Part = Pick<Run, 'workers' | 'shard'>;

/** How many slices the whole crowd has, over all machines of a sharded run. */
export function sliceCount({ workers, shard }: Part): number {
  return workers * shard.of;
}

/** The slices that this machine runs, counted from 1. Playwright gives each shard consecutive tests. */
export function sliceNumbers({ workers, shard }: Part): number[] {
  return Array.from({ length: workers }, (_, position) => (shard.index - 1) * workers + position + 1);
}

/**
 * The number of workers that a machine needs for its part of a crowd: at most the allowed number, and no slice
 * without a participant.
 */
export function workersFor(users: number, { workers, shard }: Part): number {
  return Math.max(1, Math.min(workers, Math.floor(users / shard.of)));
}
