import type { Fault } from '../fault.ts';
import {
  DIRECTIONS,
  type Direction,
  type Impairment,
  isNothing,
  type PathImpairment,
} from '../impairment.ts';
import { retransmissionTimeoutMs, roundTripMs } from '../tcp.ts';

/** What holds for one direction now. */
export interface Conditions {
  readonly impairment: Impairment;
  readonly rttMs: number;
  readonly rtoMs: number;
  readonly isStalled: boolean;
  readonly swallows: boolean;
  /** Nothing of the above: bytes pass directly. */
  readonly areGood: boolean;
}

export interface PathConditions extends Readonly<Record<Direction, Conditions>> {
  readonly impairment: PathImpairment;
  readonly refuses: boolean;
}

const NOTHING: PathImpairment = {};
const UNIMPAIRED: Impairment = {};

/** What faults add up to. */
interface Sum {
  impairment: PathImpairment;
  readonly stalled: Set<Direction>;
  readonly swallowed: Set<Direction>;
  refuses: boolean;
}

/** What each kind of fault does to a path. A kind that is not here does not compile. */
const effects: {
  readonly [Kind in Fault['kind']]: (sum: Sum, fault: Extract<Fault, { kind: Kind }>) => void;
} = {
  impaired: (sum, fault) => {
    sum.impairment = fault;
  },
  stalled: ({ stalled }, { direction }) => {
    for (const one of direction === 'both' ? DIRECTIONS : [direction]) stalled.add(one);
  },
  'half-open': ({ swallowed }, { direction }) => {
    swallowed.add(direction);
  },
  refusing: (sum) => {
    sum.refuses = true;
  },
};

function add<Kind extends Fault['kind']>(sum: Sum, kind: Kind, fault: Extract<Fault, { kind: Kind }>): void {
  effects[kind](sum, fault);
}

/** The sum of all faults that a path has. */
export function conditionsUnder(faults: readonly Fault[]): PathConditions {
  const sum: Sum = { impairment: NOTHING, stalled: new Set(), swallowed: new Set(), refuses: false };
  for (const fault of faults) add(sum, fault.kind, fault);
  const { impairment, stalled, swallowed, refuses } = sum;
  const towards = (direction: Direction): Conditions => {
    const own = impairment[direction] ?? UNIMPAIRED;
    const [isStalled, swallows] = [stalled.has(direction), swallowed.has(direction)];
    return {
      impairment: own,
      rttMs: roundTripMs(impairment),
      rtoMs: retransmissionTimeoutMs(impairment),
      isStalled,
      swallows,
      areGood: isNothing(own) && !isStalled && !swallows,
    };
  };
  return { impairment, up: towards('up'), down: towards('down'), refuses };
}
