import type { Role } from './roles.ts';

/** The programs that are started and killed. */
export const programNames = ['load', 'chaos', 'bench', 'merge', 'report', 'allure'] as const;
export type ProgramName = (typeof programNames)[number];

/** A program with a process to kill. */
export interface Program {
  readonly name: ProgramName;
  /** The weight in the draw. */
  readonly weight: number;
  /** Its processes that can be killed. */
  readonly roles: readonly Role[];
  /** A process is killed within this number of seconds after its first appearance. */
  readonly seconds: number;
  /** Ways to run it; one is drawn. */
  readonly variants: readonly Variant[];
}

export interface Variant {
  readonly arguments: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  /** Processes that only this variant has. */
  readonly roles?: readonly Role[];
}

/** Placeholders for values of the lane: the kept run, and the folder with blob reports. */
export const KEPT_RUN = '{kept run}';
export const BLOBS = '{blobs}';

const PLAYWRIGHT = 'node_modules/playwright/cli.js';
const COMMAND = ['--import', 'tsx', 'src/kernel/start-command.ts'];
const load = [PLAYWRIGHT, 'test', '--project=load', '--workers=2'];
const chaos = (spec: string): string[] => [PLAYWRIGHT, 'test', '--project=chaos', spec];

const withService: readonly Role[] = ['main', 'everything', 'worker', 'service', 'keeper', 'postmaster'];

/** A small crowd that lasts long enough for evidence older than ten seconds. */
const crowd = { CONCURRENT_USERS: '6', TEST_DURATION: '14', BROWSER_USERS: '0' };

/** All programs. Runs are short, because the torture tests the harness, not the machine. */
export const programs: readonly Program[] = [
  {
    name: 'load',
    weight: 11,
    roles: withService,
    seconds: 18,
    variants: [
      { arguments: load, settings: crowd, roles: ['echo'] },
      { arguments: load, settings: { ...crowd, BROWSER_USERS: '1' }, roles: ['browser'] },
      { arguments: load, settings: { ...crowd, NETWORK_PROFILE: '4g' }, roles: ['link'] },
      { arguments: load, settings: { ...crowd, PACKET_CAPTURE: '1' }, roles: ['tcpdump'] },
    ],
  },
  {
    name: 'chaos',
    weight: 4,
    roles: withService,
    seconds: 12,
    variants: [
      {
        arguments: chaos('websocket-drops'),
        settings: { CHAOS_CONNECTIONS: '4', CHAOS_DROPS: '2' },
        roles: ['link'],
      },
      { arguments: chaos('packet-loss'), settings: { CHAOS_LOSS_USERS: '3' }, roles: ['link'] },
      {
        arguments: chaos('packet-loss'),
        settings: { CHAOS_LOSS_USERS: '3', NETWORK_LAYER: 'kernel' },
        roles: ['kernel keeper', 'far end'],
      },
      { arguments: chaos('service-restart'), settings: { CHAOS_OUTAGE_DOWN: '3' } },
      { arguments: chaos('rapid-join-leave'), settings: { CHAOS_CYCLES: '10' } },
    ],
  },
  {
    name: 'bench',
    weight: 3,
    roles: withService,
    seconds: 12,
    variants: [
      {
        arguments: [PLAYWRIGHT, 'test', '--project=bench'],
        settings: { ITERATIONS: '200', BENCH_WARMUP: '20', BENCH_LIST_MEETINGS: '10' },
      },
    ],
  },
  {
    name: 'merge',
    weight: 1,
    roles: ['main', 'everything'],
    seconds: 4,
    variants: [{ arguments: [...COMMAND, 'src/commands/merge.ts', BLOBS], settings: {} }],
  },
  {
    name: 'report',
    weight: 1,
    roles: ['main', 'everything'],
    seconds: 4,
    variants: [{ arguments: [...COMMAND, 'src/views/remake.ts', KEPT_RUN], settings: {} }],
  },
  {
    name: 'allure',
    weight: 1,
    roles: ['main', 'everything'],
    seconds: 6,
    variants: [{ arguments: [...COMMAND, 'src/views/allure/generate.ts', KEPT_RUN], settings: {} }],
  },
];

/** A healthy run: it works before the torture, and must work after each kill. */
export const healthyRun: Variant = {
  arguments: [PLAYWRIGHT, 'test', '--project=load', '--workers=1'],
  settings: {
    CONCURRENT_USERS: '3',
    // Sessions are long enough for their events to be judged.
    REQUESTS_PER_USER: '4',
    THINK_TIME_MS: '100..400',
    TEST_DURATION: '3',
    BROWSER_USERS: '0',
    // There are few samples on a busy machine: only the function of the harness is judged.
    TARGETS: 'p95 < 10000 ms; error rate < 5 %',
  },
};

/** The same run as one of two machines, for merging. */
export function shardOfHealthyRun(shard: number): Variant {
  return { ...healthyRun, arguments: [...healthyRun.arguments, `--shard=${shard}/2`] };
}

/** The command that remakes the reports of a run. */
export function remakeArguments(run: string): readonly string[] {
  return [...COMMAND, 'src/views/remake.ts', run];
}
