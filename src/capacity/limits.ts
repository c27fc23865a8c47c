import { assertNever } from '../kernel/errors.ts';
import { isUpperLimit, statisticText, type Target } from '../targets/target.ts';
import { ROOM_EVENTS } from '../timings/catalogue.ts';
import { isReading } from '../timings/page-metrics.ts';

/** A limit that a level can be judged by: a share of the calls that must succeed, and in time. */
export interface Limit {
  /** As it was written: `meeting.join p95 < 500 ms`. */
  readonly text: string;
  /** One operation; absent for all actions together. */
  readonly operation?: string;
  /** Each action separately; the worst one decides. */
  readonly each?: true;
  /** The longest latency of a call within the limit; null if each successful call is within it. */
  readonly thresholdMs: number | null;
  /** The least share of calls within the limit: 0.95 for a P95, 0.99 for `error rate < 1 %`. */
  readonly required: number;
}

export interface Limits {
  readonly limits: readonly Limit[];
  /** The other targets, each with its reason: `worst 10 s error rate < 5 %: a level is judged as a whole`. */
  readonly leftOut: readonly string[];
}

/** The targets that a level can be judged by, and the others with their reasons. */
export function limitsOf(targets: readonly Target[]): Limits {
  const limits: Limit[] = [];
  const leftOut: string[] = [];
  for (const target of targets) {
    const required = requiredShare(target);
    if (typeof required === 'string') {
      leftOut.push(`${target.text}: ${required}`);
      continue;
    }
    const { text, operation, each, statistic, limit } = target;
    limits.push({
      text,
      ...(operation === undefined ? {} : { operation }),
      ...(each ? { each } : {}),
      thresholdMs: statistic.kind === 'percentile' ? limit : null,
      required,
    });
  }
  return { limits, leftOut };
}

/** The share of calls that must be within the target, or why a level cannot be judged by it. */
function requiredShare(target: Target): number | string {
  const { statistic, comparator, limit, operation, worstSeconds } = target;
  if (worstSeconds !== undefined) return 'a level is judged as a whole, without "worst"';
  if (isReading(operation)) return 'it is a value of a page, and not of a call';
  if (operation === ROOM_EVENTS) return 'whether an event is lost is known only after the level';
  const isUpper = isUpperLimit(comparator);
  switch (statistic.kind) {
    case 'percentile':
      if (statistic.from === 'intended') return 'response percentiles exist for the whole run only';
      return isUpper ? exact(statistic.quantile) : 'a lower limit of a latency says nothing about capacity';
    case 'error rate':
      return isUpper ? exact(1 - limit / 100) : 'more load does not make an error rate too low';
    case 'success rate':
      return isUpper ? 'more load does not make a success rate too high' : exact(limit / 100);
    case 'avg':
    case 'min':
    case 'max':
    case 'throughput':
    case 'count':
    case 'crowd':
      return `${statisticText(statistic)} is not a share of calls. Use a percentile, an error rate or a success rate`;
    default:
      return assertNever(statistic);
  }
}

/** 0.99 instead of 0.9900000000000001 */
function exact(share: number): number {
  return Number(share.toPrecision(12));
}
