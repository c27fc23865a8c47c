import { z } from 'zod';
import type { Run } from '../config/environment.ts';

/** The run of a blob report. A report without tests has a note too: there may be more shards than tests. */
const noteSchema = z.object({ runId: z.string(), index: z.int().min(1), of: z.int().min(1) });

export type ShardNote = z.infer<typeof noteSchema>;

/** For Playwright's metadata, which `merge-reports` combines by name. Empty for a run without shards. */
export function shardNote({ id, shard }: Pick<Run, 'id' | 'shard'>): Record<string, ShardNote> {
  return shard.of === 1 ? {} : { [`fullhouse ${id}`]: { runId: id, ...shard } };
}

/** The shards whose blob reports were merged. */
export function notedShards(metadata: Readonly<Record<string, unknown>>): ShardNote[] {
  return Object.values(metadata).flatMap((value) => noteSchema.safeParse(value).data ?? []);
}

/** The numbers of the shards whose blob reports were not merged. */
export function shardsMissing(notes: readonly ShardNote[]): number[] {
  const of = Math.max(0, ...notes.map((note) => note.of));
  const there = new Set(notes.map(({ index }) => index));
  return Array.from({ length: of }, (_, position) => position + 1).filter((index) => !there.has(index));
}
