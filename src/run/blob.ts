import { join } from 'node:path';
import type { Run } from '../config/environment.ts';
import { runFolder } from './run-folder.ts';

/** Where the blob report of a run lies: what its tests were, said and attached, in Playwright's own form. */
export function blobFolder(runId: string): string {
  return join(runFolder(runId), 'blob');
}

/** The file of a run's blob report: those of several runs, and of all shards of one, can lie in one folder. */
export function blobName({ id, shard }: Pick<Run, 'id' | 'shard'>): string {
  return shard.of === 1 ? `${id}.zip` : `${id}-${shard.index}-of-${shard.of}.zip`;
}
