import type { Run } from '../config/environment.ts';

/** How many shares the whole crowd has, over all machines of a sharded run. */
export function shareCount({ workers, shard }: Run): number {
  return workers * shard.of;
}

/** The shares that this machine runs, counted from 1. Playwright gives each shard a consecutive stretch of the tests. */
export function shareNumbers({ workers, shard }: Run): number[] {
  return Array.from({ length: workers }, (_, position) => (shard.index - 1) * workers + position + 1);
}
