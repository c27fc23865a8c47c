import type { StyleName } from '../../../../service/style/styles.ts';

/** An experiment, by its file in `tests/chaos/` and a part of its title. */
export interface Chosen {
  readonly file: string;
  readonly only: string;
}

interface Seeded extends Chosen {
  readonly defect: string;
  /** The check of this experiment that must find the defect. */
  readonly check: string;
  /** Other checks that may rightly fail, in this and other experiments. */
  readonly alsoBy?: readonly string[];
  /** The differences in the deployed style. Its `alsoBy` adds checks. */
  readonly deployed?: Partial<Chosen> & { readonly alsoBy: readonly string[] };
}

const STEADY = 'the steady state holds again';
const ROSTER = 'the roster is true';
const LOST = 'no event is lost to those in the room';
const TWICE = 'no event arrives twice';
const VIEWS = 'every view equals the service’s state';

/** The seeded defects of the reference service, each with the experiment and check that must find it. */
export const seeded: readonly Seeded[] = [
  {
    defect: 'duplicate-rows',
    file: 'rapid-join-leave',
    only: 'three times',
    check: 'no user is in the roster twice',
    alsoBy: [STEADY, ROSTER],
  },
  {
    defect: 'leave-forgotten',
    file: 'rapid-join-leave',
    only: '1 at a time',
    check: ROSTER,
    alsoBy: [STEADY, LOST, 'nothing is left behind'],
  },
  {
    defect: 'ghosts',
    file: 'rapid-join-leave',
    only: 'vanish',
    check: 'vanished participants are removed in time',
    alsoBy: [STEADY, ROSTER],
  },
  { defect: 'capacity-race', file: 'high-concurrency-join', only: 'seats', check: 'the capacity is exact' },
  {
    defect: 'event-twice',
    file: 'high-concurrency-join',
    only: 'one barrier',
    check: TWICE,
    alsoBy: ['nothing is applied twice'],
  },
  {
    defect: 'event-lost',
    file: 'high-concurrency-join',
    only: 'one barrier',
    check: LOST,
    alsoBy: [VIEWS],
  },
  {
    defect: 'reset-limits-shared',
    file: 'high-concurrency-join',
    only: 'too often',
    check: 'each user has its own rate limit',
    // In other experiments, this defect causes refused joins and their consequences.
    alsoBy: [
      'success rate',
      'success rate of joins',
      'the capacity is exact',
      'vanished participants are removed in time',
      STEADY,
      LOST,
      VIEWS,
    ],
  },
  {
    defect: 'stale-reconnect',
    file: 'reconnection-storm',
    only: 'Socket.IO',
    check: 'reconnect returns the current state',
    alsoBy: [VIEWS],
    // In the deployed style, the reference roster comes from `reconnect` itself.
    deployed: { file: 'service-restart', only: 'users', alsoBy: [ROSTER] },
  },
  {
    defect: 'applied-twice',
    file: 'websocket-drops',
    only: 'every kind',
    check: 'nothing is applied twice',
    // With times in whole seconds, the second event equals the first.
    deployed: { alsoBy: [TWICE] },
  },
  {
    defect: 'restart-forgets',
    file: 'service-restart',
    only: 'users',
    check: 'every acknowledged change took effect',
    alsoBy: [VIEWS],
  },
  { defect: 'health-blind', file: 'database-down', only: 'users', check: 'the health check is correct' },
];

/** The seeded defects in one style of the service. */
export function seededIn(style: StyleName): readonly Seeded[] {
  if (style === 'reference') return seeded;
  return seeded.map(({ deployed, alsoBy = [], ...one }) => ({
    ...one,
    ...deployed,
    alsoBy: [...alsoBy, ...(deployed?.alsoBy ?? [])],
  }));
}

const OF_GATE = [
  'duplicate-rows',
  'ghosts',
  'capacity-race',
  'event-lost',
  'stale-reconnect',
  'restart-forgets',
  'health-blind',
];

/** The defects that the gate seeds. The deep suite seeds all of them. */
export const seededInGate = seeded.filter(({ defect }) => OF_GATE.includes(defect));

/** The experiments that find the defects of the gate, each once. */
export const experiments: readonly Chosen[] = [
  ...new Map(seededInGate.map(({ file, only }) => [`${file} ${only}`, { file, only }])).values(),
];

/** All experiments with protocol participants, except those with packet loss, which take a minute each. */
export const everyExperiment: readonly Chosen[] = [
  'rapid-join-leave',
  'high-concurrency-join',
  'reconnection-storm',
  'websocket-drops',
  'service-restart',
  'database-down',
].map((file) => ({ file, only: '' }));

/** The name of the project without a defect. Other projects have the name of their defect. */
export const HEALTHY = 'healthy';
