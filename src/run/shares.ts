import type { Run } from '../config/environment.ts';

type Part = Pick<Run, 'workers' | 'shard'>;

/** How many shares the whole crowd has, over all machines of a sharded run. */
export function shareCount({ workers, shard }: Part): number {
  return workers * shard.of;
}

/** The shares that this machine runs, counted from 1. Playwright gives each shard a consecutive stretch of the tests. */
export function shareNumbers({ workers, shard }: Part): number[] {
  return Array.from({ length: workers }, (_, position) => (shard.index - 1) * workers + position + 1);
}

/**
 * How many workers a machine needs for its part of a crowd of so many users: no more than it is allowed, and no share
 * without a participant, which would have nothing to say.
 */
export function workersFor(users: number, { workers, shard }: Part): number {
  return Math.max(1, Math.min(workers, Math.floor(users / shard.of)));
}
