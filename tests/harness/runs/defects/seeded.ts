import type { StyleName } from '../../../../service/style/styles.ts';

/** An experiment: its file in `tests/chaos/`, and a part of its title. */
export interface Chosen {
  readonly file: string;
  readonly only: string;
}

interface Seeded extends Chosen {
  readonly defect: string;
  /** The check of this experiment that has to find it. */
  readonly check: string;
  /** Other checks that speak of it truly, there and in other experiments. */
  readonly alsoBy?: readonly string[];
  /** Where the style "deployed" differs; its `alsoBy` are more of them. */
  readonly deployed?: Partial<Chosen> & { readonly alsoBy: readonly string[] };
}

const STEADY = 'the steady state holds again';
const ROSTER = 'the roster is true';
const LOST = 'no event is lost to those in the room';
const TWICE = 'no event arrives twice';
const VIEWS = 'every view equals the service’s state';

/** Each seeded defect of the reference service, and the experiment and check that have to find it by name. */
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
    // Where nobody asks too often, it shows as refused joins, and as what they would have brought about.
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
    // There the roster that everything is compared with comes from `reconnect` itself.
    deployed: { file: 'service-restart', only: 'users', alsoBy: [ROSTER] },
  },
  {
    defect: 'applied-twice',
    file: 'websocket-drops',
    only: 'every kind',
    check: 'nothing is applied twice',
    // Stamps of whole seconds do not tell the second event from the first.
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

/** The same in one style of the service. */
export function seededIn(style: StyleName): readonly Seeded[] {
  if (style === 'reference') return seeded;
  return seeded.map(({ deployed, alsoBy = [], ...one }) => ({
    ...one,
    ...deployed,
    alsoBy: [...alsoBy, ...(deployed?.alsoBy ?? [])],
  }));
}

/** The experiments that look for them, each once. */
export const experiments: readonly Chosen[] = [
  ...new Map(seeded.map(({ file, only }) => [`${file} ${only}`, { file, only }])).values(),
];

/** Every experiment whose participants have no page, but for the loss of packets, which takes a minute each. */
export const everyExperiment: readonly Chosen[] = [
  'rapid-join-leave',
  'high-concurrency-join',
  'reconnection-storm',
  'websocket-drops',
  'service-restart',
  'database-down',
].map((file) => ({ file, only: '' }));

/** The project of the experiments on a service without a defect; the others are named by their defect. */
export const HEALTHY = 'healthy';
