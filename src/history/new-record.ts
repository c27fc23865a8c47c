import { type SettingName, schema } from '../config/schema.ts';
import { machineOf } from './machine.ts';
import type { HistoryRecord } from './record.ts';
import type { RunFacts } from './run-facts.ts';

type Kind = HistoryRecord['kind'];
type Conditions = HistoryRecord['settings'];

/** The settings that decide what participants do, and over which clients and network. */
const ofCrowds: readonly SettingName[] = [
  'REQUESTS_PER_USER',
  'THINK_TIME_MS',
  'MEETING_SIZE',
  'REQUEST_CONTEXT',
  'SOCKET_CLIENT',
  'NETWORK_PROFILE',
  'JOURNEY',
  'BROWSER_USERS',
];

/** The settings that decide the figures of each kind of run: runs with different values are not comparable. */
export const decisiveSettings: Readonly<Record<Kind, readonly SettingName[]>> = {
  load: ofCrowds,
  capacity: [...ofCrowds, 'CAPACITY_OF', 'CAPACITY_WITHIN'],
  soak: [...ofCrowds, 'SOAK_FOR', 'SOAK_ROUNDS'],
  conduct: [],
  chaos: [
    'NETWORK_LAYER',
    'CHAOS_CYCLES',
    'CHAOS_LOSS_USERS',
    'CHAOS_STORM_USERS',
    'CHAOS_STORM_DOWN',
    'CHAOS_CONNECTIONS',
    'CHAOS_DROPS',
    'CHAOS_JOIN_USERS',
    'CHAOS_OUTAGE_DOWN',
  ],
  bench: ['ITERATIONS', 'BENCH_WARMUP', 'BENCH_CONCURRENCY', 'BENCH_LIST_MEETINGS', 'REQUEST_CONTEXT'],
};

export interface Phase {
  readonly kind: Kind;
  readonly name: string;
  readonly at: Date;
  readonly facts: RunFacts;
  /** The facts that decide the figures, besides the settings. */
  readonly conditions?: Conditions;
  /** The runs of the shards that were merged. */
  readonly parts?: readonly string[];
}

/** A record of one phase, without results. */
export function newRecord({ kind, name, at, facts, conditions, parts }: Phase): HistoryRecord {
  const { runId, commit, service, settings } = facts;
  const decisive = decisiveSettings[kind].map((setting) => [setting, decisiveValue(setting, settings)]);
  return {
    schema: 'fullhouse/record/2',
    runId,
    ...(parts ? { parts: [...parts] } : {}),
    kind,
    name,
    at: at.toISOString(),
    commit,
    service: nameOfService(service, settings),
    settings: { ...conditions, ...Object.fromEntries(decisive) },
    machine: machineOf(facts),
    verdict: 'inconclusive',
    reasons: [],
    operations: {},
    figures: {},
    targets: [],
    checks: [],
    regressions: [],
  };
}

/**
 * A service with seeded defects counts as another service: it shares no series or baseline with healthy runs. So does
 * the reference service in another style.
 */
export function nameOfService(
  { url, startedForTheRun, defects }: RunFacts['service'],
  { SERVICE_STYLE: style }: RunFacts['settings'],
): string {
  const reference =
    style === undefined || style === 'reference' ? 'reference' : `reference, ${String(style)} style`;
  const name = startedForTheRun ? reference : url;
  return defects === undefined ? name : `${name} (seeded defects: ${defects})`;
}

/** Older records lack these settings. They are left out at their defaults, so that such records stay comparable. */
const later: readonly SettingName[] = ['JOURNEY', 'BROWSER_USERS'];

function decisiveValue(setting: SettingName, settings: RunFacts['settings']): Conditions[string] {
  const value = settings[setting];
  const usual = (schema[setting] as { readonly default?: string }).default;
  return later.includes(setting) && String(value) === usual ? null : inShort(value);
}

/** A setting in one value: a range as users write it, a profile by its name. */
function inShort(value: unknown): Conditions[string] {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.join('..');
  return typeof value === 'object' ? String((value as { name?: unknown }).name) : (value as string | number);
}
