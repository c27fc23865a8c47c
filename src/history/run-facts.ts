import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { Run } from '../config/environment.ts';
import { publicSettings } from '../config/public-settings.ts';
import type { Settings } from '../config/read-settings.ts';
import { describeOffers } from '../meetings/offers.ts';
import { describeProfile } from '../network/profiles/profile.ts';
import { currentOffers } from '../run/offers.ts';
import { commit } from './commit.ts';
import { thisMachine } from './machine.ts';

const require = createRequire(import.meta.url);

const count = z.int().min(0);

/** The conditions of a run: written while it runs, because they cannot be found out later. */
export const runFactsSchema = z.object({
  runId: z.string(),
  shard: z.object({ index: count, of: count }),
  service: z.object({
    url: z.string(),
    startedForTheRun: z.boolean(),
    defects: z.string().optional().describe('seeded into the reference service; absent where there are none'),
    offers: z.array(z.string()).optional().describe('what the service offers, each in words'),
  }),
  settings: z
    .record(z.string(), z.unknown().refine(isOfASetting, 'it is no value of a setting'))
    .describe('without secrets'),
  seed: count,
  network: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
  machine: z.object({ os: z.string(), cpu: z.string(), cores: count, memoryBytes: count }),
  commit: z.string().nullable(),
});

/** A figure, a word, several of them, or a network profile. */
function isOfASetting(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => typeof each !== 'object');
  return typeof value !== 'object' || value === null || value instanceof Date || 'name' in value;
}

export type RunFacts = z.infer<typeof runFactsSchema>;

export function runFacts(settings: Settings, run: Run): RunFacts {
  return {
    runId: run.id,
    shard: run.shard,
    service: {
      url: settings.MEETINGS_SERVICE_URL ?? '',
      startedForTheRun: run.startsServiceOn !== undefined,
      ...seededDefects(settings, run),
      ...offered(),
    },
    settings: publicSettings(settings),
    seed: settings.SEED,
    network: settings.NETWORK_PROFILE ? describeProfile(settings.NETWORK_PROFILE) : null,
    ...surroundings(),
  };
}

/** Absent outside of a run: reports that are made again read it from the evidence. */
function offered(): { offers?: string[] } {
  const offers = describeOffers(currentOffers());
  return offers.length === 0 ? {} : { offers };
}

/** The defects that the service was started with, or that an attached service reports. */
function seededDefects(
  { SERVICE_DEFECTS }: Settings,
  { startsServiceOn, defects }: Run,
): { defects?: string } {
  const seeded = startsServiceOn === undefined ? defects : SERVICE_DEFECTS;
  return seeded ? { defects: seeded } : {};
}

/** Versions and machine, which decide the figures besides the service. Nothing that names the machine itself. */
function surroundings() {
  const { os, cpu, cores, memoryBytes } = thisMachine();
  return {
    versions: {
      fullhouse: versionOf('../../package.json'),
      node: process.versions.node,
      playwright: versionOf('@playwright/test/package.json'),
      'socket.io-client': versionOf('socket.io-client/package.json'),
    },
    machine: { os, cpu, cores, memoryBytes },
    commit: commit(),
  };
}

function versionOf(path: string): string {
  const { version } = JSON.parse(readFileSync(require.resolve(path), 'utf8')) as { version: string };
  return version;
}
