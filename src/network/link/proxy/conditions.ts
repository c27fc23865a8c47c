import { type Direction, type Impairment, isNothing, type PathImpairment } from '../../impairment.ts';
import type { Line } from '../faults/fault-kind.ts';
import { type Fault, kindOf } from '../faults/faults.ts';
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
export function conditionsUnder(faults: readonly Fault[]): PathConditions {
  const line: Line = { impairment: NOTHING, stalled: new Set(), swallowed: new Set(), isRefusing: false };
  for (const fault of faults) kindOf(fault).apply(line, fault);
  const { impairment } = line;
  const towards = (direction: Direction): Conditions => {
    const own = impairment[direction] ?? UNIMPAIRED;
    const [isStalled, swallows] = [line.stalled.has(direction), line.swallowed.has(direction)];
    return {
      impairment: own,
      rttMs: roundTripMs(impairment),
      rtoMs: retransmissionTimeoutMs(impairment),
      isStalled,
      swallows,
      areGood: isNothing(own) && !isStalled && !swallows,
    };
  };
  return { impairment, up: towards('up'), down: towards('down'), refuses: line.isRefusing };
}
