import type { Run } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { describe } from '../crowd/schedules/index.ts';
import { commit } from './commit.ts';
import { thisMachine } from './machine.ts';
import type { HistoryRecord } from './record.ts';

type Kind = HistoryRecord['kind'];
type Remembered = HistoryRecord['settings'];

/** The settings that decide the figures of each kind of run: where they differ, figures are not compared in silence. */
const decisive: Readonly<Record<Kind, (settings: Settings, run: Run) => Remembered>> = {
  load: (settings, run) => ({
    schedule: describe(settings.schedule),
    workers: run.workers * run.shard.of,
    REQUESTS_PER_USER: settings.REQUESTS_PER_USER,
    THINK_TIME_MS: settings.THINK_TIME_MS.join('..'),
    MEETING_SIZE: settings.MEETING_SIZE,
    REQUEST_CONTEXT: settings.REQUEST_CONTEXT,
    NETWORK_PROFILE: settings.NETWORK_PROFILE?.name ?? null,
  }),
  chaos: (settings) => ({
    NETWORK_LAYER: settings.NETWORK_LAYER,
    CHAOS_CYCLES: settings.CHAOS_CYCLES,
    CHAOS_LOSS_USERS: settings.CHAOS_LOSS_USERS,
    CHAOS_STORM_USERS: settings.CHAOS_STORM_USERS,
    CHAOS_STORM_DOWN: settings.CHAOS_STORM_DOWN,
    CHAOS_CONNECTIONS: settings.CHAOS_CONNECTIONS,
    CHAOS_DROPS: settings.CHAOS_DROPS,
    CHAOS_JOIN_USERS: settings.CHAOS_JOIN_USERS,
  }),
  bench: (settings) => ({
    ITERATIONS: settings.ITERATIONS,
    BENCH_WARMUP: settings.BENCH_WARMUP,
    BENCH_CONCURRENCY: settings.BENCH_CONCURRENCY,
    BENCH_LIST_MEETINGS: settings.BENCH_LIST_MEETINGS,
    REQUEST_CONTEXT: settings.REQUEST_CONTEXT,
  }),
};

export interface Phase {
  readonly kind: Kind;
  readonly name: string;
  readonly at: Date;
  readonly run: Run;
  readonly settings: Settings;
}

/** A record of one phase with all but what was found in it. */
export function newRecord({ kind, name, at, run, settings }: Phase): HistoryRecord {
  return {
    schema: 'fullhouse/record/1',
    runId: run.id,
    kind,
    name,
    at: at.toISOString(),
    commit: commit(),
    service: run.startsServiceOn === undefined ? settings.MEETINGS_SERVICE_URL! : 'reference',
    settings: decisive[kind](settings, run),
    machine: thisMachine(),
    verdict: 'inconclusive',
    reasons: [],
    operations: {},
    figures: {},
    targets: [],
    checks: [],
    regressions: [],
  };
}
