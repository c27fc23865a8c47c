import type { ForeignName } from '../foreign/services.ts';

/** The expected finding for a seeded defect of a foreign service. */
export interface NamedBy {
  readonly service: ForeignName;
  readonly defect: string;
  readonly phase: 'load' | 'chaos' | 'conduct';
  /** More arguments of the run: test files or a part of the title. */
  readonly only?: readonly string[];
  /** A load target, a check of an experiment, or a conduct finding. */
  readonly name: string;
  /** Other targets or checks that may rightly fail. */
  readonly alsoBy?: readonly string[];
  /** A text in the output. */
  readonly output: RegExp;
}

const STEADY = 'the steady state holds again';
const ROSTER = 'the roster is true';
const LOST = 'no event is lost to those in the room';
const TWICE = 'no event arrives twice';
const VIEWS = 'every view equals the service’s state';
const GHOSTS = 'vanished participants are removed in time';

export const foreignDefects: readonly NamedBy[] = [
  {
    service: 'rest-v2',
    defect: 'forged-accepted',
    phase: 'conduct',
    name: 'http-accepts-forged-token',
    output: /HTTP accepts a token signed with a wrong secret\./,
  },
  {
    service: 'rest-v2',
    defect: 'ghost-guests',
    phase: 'chaos',
    only: ['rapid-join-leave', '--grep', 'vanish'],
    name: GHOSTS,
    alsoBy: [STEADY, ROSTER],
    output: /20 participants are gone, but still in the roster: ghosts/,
  },
  {
    service: 'cookie-acks',
    defect: 'full-overbooked',
    phase: 'chaos',
    only: ['high-concurrency-join', '--grep', 'seats at once'],
    name: 'the capacity is exact',
    output: /❌ the capacity is exact/,
  },
  {
    service: 'cookie-acks',
    defect: 'events-dropped',
    phase: 'load',
    name: 'events lost < 0.1 %',
    output: /× event\.delivery hand-(raised|lowered) did not arrive/,
  },
  {
    service: 'cookie-acks',
    defect: 'events-dropped',
    phase: 'chaos',
    only: ['websocket-drops'],
    name: LOST,
    alsoBy: [STEADY, VIEWS],
    output: /❌ no event is lost to those in the room/,
  },
  {
    service: 'all-sockets',
    defect: 'events-twice',
    phase: 'load',
    name: 'events twice < 0.1 %',
    output: /events twice was \d/,
  },
  {
    service: 'all-sockets',
    defect: 'events-twice',
    phase: 'chaos',
    only: ['high-concurrency-join', '--grep', 'one barrier'],
    name: TWICE,
    alsoBy: ['nothing is applied twice'],
    output: /❌ no event arrives twice/,
  },
  {
    service: 'all-sockets',
    defect: 'peer-out-missing',
    phase: 'load',
    name: 'events lost < 0.1 %',
    output: /× event\.delivery participant-left did not arrive/,
  },
  {
    service: 'all-sockets',
    defect: 'peer-out-missing',
    phase: 'chaos',
    only: ['rapid-join-leave', '--grep', 'vanish'],
    name: GHOSTS,
    alsoBy: [STEADY, LOST, VIEWS],
    output: /❌ vanished participants are removed in time/,
  },
];
