import { type Direction, type Impairment, isNothing, type PathImpairment } from '../../impairment.ts';
import type { LineFault } from '../faults/line.ts';
import { retransmissionTimeoutMs, roundTripMs } from '../tcp.ts';

/** The state of one direction. */
export interface Conditions {
  readonly impairment: Impairment;
  readonly rttMs: number;
  readonly rtoMs: number;
  readonly isStalled: boolean;
  readonly swallows: boolean;
  /** There is no impairment, stall or swallowing: bytes pass directly. */
  readonly areGood: boolean;
}

export interface PathConditions extends Readonly<Record<Direction, Conditions>> {
  readonly impairment: PathImpairment;
  readonly refuses: boolean;
}

const NOTHING: PathImpairment = {};
const UNIMPAIRED: Impairment = {};

/** The sum of all faults of a path. */
export function conditionsUnder(faults: readonly LineFault[]): PathConditions {
  const { impairment = NOTHING } = faults.findLast((fault) => fault.impairment !== undefined) ?? {};
  const towards = (direction: Direction): Conditions => {
    const own = impairment[direction] ?? UNIMPAIRED;
    const isStalled = faults.some(({ stalled }) => stalled.includes(direction));
    const swallows = faults.some(({ swallowed }) => swallowed.includes(direction));
    return {
      impairment: own,
      rttMs: roundTripMs(impairment),
      rtoMs: retransmissionTimeoutMs(impairment),
      isStalled,
      swallows,
      areGood: isNothing(own) && !isStalled && !swallows,
    };
  };
  return {
    impairment,
    up: towards('up'),
    down: towards('down'),
    refuses: faults.some(({ isRefusing }) => isRefusing),
  };
}
