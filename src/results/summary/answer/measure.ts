import type { Judgement } from '../../../targets/judgement.ts';
import { isUpperLimit, type Statistic, type Target } from '../../../targets/target.ts';
import { ROOM_EVENTS } from '../../../timings/catalogue.ts';
import type { OutcomeCounts } from '../../../timings/encoded.ts';
import type { LatencyHistogram } from '../../../timings/latency-histogram.ts';
import { totalOfService } from '../../../timings/merged-timings.ts';

/** Records of some calls: of an operation, a slice, or a window of time. */
export interface Recorded {
  readonly outcomes: OutcomeCounts;
  readonly ok: LatencyHistogram;
  /** Absent in windows, which know only latencies from the actual start. */
  readonly response?: LatencyHistogram;
}

/** What some calls contribute to a missed target. The three figures of several parts add up. */
export interface Amount {
  readonly calls: number;
  /** Calls that are worse than the limit allows for one call: slower than the limit, failed, or lost. */
  readonly bad: number;
  /** How much the calls exceed the limit; the target is missed if the sum over all calls is above zero. */
  readonly excess: number;
}

/** How one missed target counts calls. */
export interface Measure {
  /** What bad calls are. */
  readonly kind: 'slow' | 'failed' | 'events';
  /** The only outcome of bad calls, if there is one. */
  readonly outcome?: 'lost' | 'late';
  /** The operation of the target; undefined: all actions. */
  readonly operation: string | undefined;
  of(recorded: Recorded): Amount;
}

/**
 * The measure of a target; undefined for figures that cannot be divided among calls. A percentile `p95 < L` holds exactly
 * if at most 5% of the calls are slower than L, so `bad − 5% of the calls` adds up over any parts of the run. The same
 * holds for an average (`sum − L × calls`) and for rates.
 */
export function measureOf(target: Target, { decidedBy }: Judgement): Measure | undefined {
  const { statistic, limit } = target;
  const operation = target.each ? decidedBy : target.operation;
  const allowed = allowedPart(statistic, limit);
  if (allowed === undefined) return undefined;
  if (statistic.kind === 'crowd') {
    const outcome = statistic.figure === 'events lost' ? 'lost' : 'late';
    return { kind: 'events', outcome, operation: ROOM_EVENTS, of: (one) => ofEvents(outcome, one, allowed) };
  }
  if (statistic.kind === 'error rate' || statistic.kind === 'success rate')
    return { kind: 'failed', operation, of: ({ outcomes }) => ofCalls(outcomes, allowed) };
  if (!isUpperLimit(target.comparator)) return undefined;
  return { kind: 'slow', operation, of: (one) => ofLatencies(target, one, allowed) };
}

/** The part of the calls that may be worse than the limit. */
function allowedPart(statistic: Statistic, limit: number): number | undefined {
  switch (statistic.kind) {
    case 'percentile':
      return 1 - statistic.quantile;
    case 'avg':
    case 'max':
      return 0;
    case 'error rate':
      return limit / 100;
    case 'success rate':
      return 1 - limit / 100;
    case 'crowd':
      return statistic.figure === 'events lost' || statistic.figure === 'events late'
        ? limit / 100
        : undefined;
    default:
      return undefined;
  }
}

function ofLatencies({ statistic, limit }: Target, { ok, response = ok }: Recorded, allowed: number): Amount {
  const isFromIntended = statistic.kind === 'percentile' && statistic.from === 'intended';
  const latencies = isFromIntended ? response : ok;
  const { count: calls, sumMs } = latencies;
  const bad = calls - latencies.countsUpTo([limit])[0]!;
  return { calls, bad, excess: statistic.kind === 'avg' ? sumMs - limit * calls : bad - allowed * calls };
}

function ofCalls(outcomes: OutcomeCounts, allowed: number): Amount {
  const calls = totalOfService(outcomes);
  const bad = calls - (outcomes.ok ?? 0);
  return { calls, bad, excess: bad - allowed * calls };
}

function ofEvents(outcome: 'lost' | 'late', { outcomes }: Recorded, allowed: number): Amount {
  const { ok = 0, late = 0, lost = 0 } = outcomes;
  const calls = ok + late + lost;
  const bad = { lost, late }[outcome];
  return { calls, bad, excess: bad - allowed * calls };
}

export const NOTHING: Amount = { calls: 0, bad: 0, excess: 0 };

export function plus(one: Amount, other: Amount): Amount {
  return { calls: one.calls + other.calls, bad: one.bad + other.bad, excess: one.excess + other.excess };
}

/** Fewer bad calls show no pattern. */
const FEWEST_BAD = 5;
/** Bad calls that the rest would have if it were like the part. */
const FEWEST_EXPECTED = 10;
const MOST_OF_THE_BAD = 0.8;
const MUCH_LESS = 0.25;

/**
 * Whether this part of the calls alone causes the missed target: it has at least 80% of the bad calls, the rest has at
 * most a quarter of its rate and enough calls to show that rate, and the rest meets the target.
 */
export function standsOut(part: Amount, whole: Amount): boolean {
  const rest = {
    calls: whole.calls - part.calls,
    bad: whole.bad - part.bad,
    excess: whole.excess - part.excess,
  };
  if (part.bad < FEWEST_BAD || part.calls === 0 || rest.calls === 0) return false;
  const rate = part.bad / part.calls;
  return (
    part.bad >= MOST_OF_THE_BAD * whole.bad &&
    rest.calls * rate >= FEWEST_EXPECTED &&
    rest.bad / rest.calls <= MUCH_LESS * rate &&
    rest.excess <= 0
  );
}
