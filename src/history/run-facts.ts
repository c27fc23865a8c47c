import { z } from 'zod';
import type { Run } from '../config/environment.ts';
import { publicSettings } from '../config/public-settings.ts';
import type { Settings } from '../config/read-settings.ts';
import { describe as describeProfile } from '../network/profiles/index.ts';
import { surroundings } from './surroundings.ts';

const count = z.int().min(0);

/** What a run was, beside what it measured: written down while it runs, because afterwards nobody can ask. */
export const runFactsSchema = z.object({
  runId: z.string(),
  shard: z.object({ index: count, of: count }),
  service: z.object({ url: z.string(), startedForTheRun: z.boolean() }),
  settings: z.record(z.string(), z.unknown()).describe('without secrets'),
  seed: count,
  network: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
  machine: z.object({ os: z.string(), cpu: z.string(), cores: count, memoryBytes: count }),
  commit: z.string().nullable(),
});

export type RunFacts = z.infer<typeof runFactsSchema>;

export function runFacts(settings: Settings, run: Run): RunFacts {
  return {
    runId: run.id,
    shard: run.shard,
    service: {
      url: settings.MEETINGS_SERVICE_URL ?? '',
      startedForTheRun: run.startsServiceOn !== undefined,
    },
    settings: publicSettings(settings),
    seed: settings.SEED,
    network: settings.NETWORK_PROFILE ? describeProfile(settings.NETWORK_PROFILE) : null,
    ...surroundings(),
  };
}
