import type { Role } from './roles.ts';

/** What is started, and killed. */
export const programNames = ['load', 'chaos', 'bench', 'merge', 'report', 'allure'] as const;
export type ProgramName = (typeof programNames)[number];

/** Of a run that is to be killed. */
export interface Program {
  readonly name: ProgramName;
  /** How often it is drawn. */
  readonly weight: number;
  /** Its processes, which can be killed. */
  readonly roles: readonly Role[];
  /** Seconds from the first appearance of a process, within which it may be killed. */
  readonly seconds: number;
  /** Ways to run it, one of which is drawn. */
  readonly variants: readonly Variant[];
}

export interface Variant {
  readonly arguments: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  /** Processes that only this variant has. */
  readonly roles?: readonly Role[];
}

/** Stands for what the lane knows: the run that was kept, the folder with blob reports. */
export const KEPT_RUN = '{kept run}';
export const BLOBS = '{blobs}';

const PLAYWRIGHT = 'node_modules/playwright/cli.js';
const COMMAND = ['--import', 'tsx', 'src/kernel/start-command.ts'];
const load = [PLAYWRIGHT, 'test', '--project=load', '--workers=2'];
const chaos = (spec: string): string[] => [PLAYWRIGHT, 'test', '--project=chaos', spec];

const withService: readonly Role[] = ['main', 'everything', 'worker', 'service', 'keeper', 'postmaster'];

/** A crowd that is small, and lasts long enough for evidence to be older than ten seconds. */
const crowd = { CONCURRENT_USERS: '6', TEST_DURATION: '14', BROWSER_USERS: '0' };

/** What can be killed. Runs are short: what is tortured is the harness, and not the machine. */
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
    variants: [
      { arguments: [PLAYWRIGHT, 'merge-reports', '--config', 'merge.config.ts', BLOBS], settings: {} },
    ],
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

/** A healthy run: what works before the torture has to work after each kill. */
export const healthyRun: Variant = {
  arguments: [PLAYWRIGHT, 'test', '--project=load', '--workers=1'],
  settings: {
    CONCURRENT_USERS: '3',
    // Sessions are long enough for their events to be judged.
    REQUESTS_PER_USER: '4',
    THINK_TIME_MS: '100..400',
    TEST_DURATION: '3',
    BROWSER_USERS: '0',
    // Few samples, on a machine that is tortured: what is judged is whether the harness works.
    TARGETS: 'p95 < 10000 ms; error rate < 5 %',
  },
};

/** The same as one of two machines, for merging. */
export function shardOfHealthyRun(shard: number): Variant {
  return { ...healthyRun, arguments: [...healthyRun.arguments, `--shard=${shard}/2`] };
}

/** How the reports of a run are made again. */
export function remakeArguments(run: string): readonly string[] {
  return [...COMMAND, 'src/views/remake.ts', run];
}
