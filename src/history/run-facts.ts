import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { z } from 'zod';
import type { Run } from '../config/environment.ts';
import { publicSettings } from '../config/public-settings.ts';
import type { Settings } from '../config/read-settings.ts';
import { childEnvironment } from '../kernel/child-environment.ts';
import { ownPackage } from '../kernel/own-package.ts';
import { describeOffers } from '../meetings/offers.ts';
import { describeProfile } from '../network/profiles/profile.ts';
import { currentOffers } from '../run/offers.ts';

const require = createRequire(import.meta.url);

const count = z.int().min(0);

/** The conditions of a run. They are written during the run, because they cannot be read later. */
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
    .record(z.string(), z.unknown().refine(isOfASetting, 'it is not a value of a setting'))
    .describe('without secrets'),
  seed: count,
  network: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
  machine: z.object({ os: z.string(), cpu: z.string(), cores: count, memoryBytes: count }),
  commit: z.string().nullable(),
});

/** Whether the value is a number, a word, a list of them, or a network profile. */
function isOfASetting(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => typeof each !== 'object');
  return typeof value !== 'object' || value === null || value instanceof Date || 'name' in value;
}

export type RunFacts = z.infer<typeof runFactsSchema>;

export function runFacts(settings: Settings, run: Run): RunFacts {
  // Outside a run, offers are unknown: remade reports read them from the evidence.
  const offers = describeOffers(currentOffers());
  const defects = run.startsServiceOn === undefined ? run.defects : settings.SERVICE_DEFECTS;
  return {
    runId: run.id,
    shard: run.shard,
    service: {
      url: settings.MEETINGS_SERVICE_URL ?? '',
      startedForTheRun: run.startsServiceOn !== undefined,
      ...(defects ? { defects } : {}),
      ...(offers.length > 0 ? { offers } : {}),
    },
    settings: publicSettings(settings),
    seed: settings.SEED,
    network: settings.NETWORK_PROFILE ? describeProfile(settings.NETWORK_PROFILE) : null,
    ...surroundings(),
  };
}

/** The versions and the machine, without its host name. They influence the figures too. */
function surroundings() {
  return {
    versions: {
      fullhouse: ownPackage().version,
      node: process.versions.node,
      playwright: versionOf('@playwright/test/package.json'),
      'socket.io-client': versionOf('socket.io-client/package.json'),
    },
    machine: {
      os: `${platform()} ${release()} ${arch()}`,
      cpu: cpus()[0]?.model.trim() || 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
    },
    commit: commit(),
  };
}

function versionOf(path: string): string {
  const { version } = JSON.parse(readFileSync(require.resolve(path), 'utf8')) as { version: string };
  return version;
}

/** The variables that point Git to a repository and settings in an unusual place. */
const GIT = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'XDG_CONFIG_HOME',
];

function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      env: childEnvironment(GIT),
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null; // without git or a repository, the report shows no commit; the run does not fail
  }
}
