import {
  type BucketQuantile,
  bucketQuantile,
  type Durations,
  minus,
} from '../../meetings/request-durations.ts';
import type { ServiceMoment } from '../../meetings/service-moment.ts';
import { isSameProcess } from '../../meetings/service-processes.ts';
import type { ServiceSeries } from './series-schema.ts';

/** No more readings than a chart has room for. */
const MOST_READINGS = 600;

/** What the service said of itself over time; null where it said nothing twice. */
export function serviceOverTime(moments: readonly ServiceMoment[]): ServiceSeries | null {
  const every = Math.ceil(moments.length / MOST_READINGS);
  // The last one stays: it closes the curve. Counters lose nothing by readings that are left out.
  const read = moments.filter((_, index) => index % every === 0 || index === moments.length - 1);
  if (read.length < 2) return null;
  const steps = read.map((moment, index) => stepOf(moment, read[index - 1]));
  const list = (value: (step: Step) => number | null) =>
    steps.map((step) => {
      const found = value(step);
      return found === null ? null : Number(found.toPrecision(4));
    });
  return {
    atS: read.map(({ atMs }) => Math.round(atMs) / 1000),
    callsPerSecond: list(({ callsPerSecond }) => callsPerSecond),
    avgMs: list(({ avgMs }) => avgMs),
    p95Ms: list(({ p95 }) => (p95?.kind === 'estimate' ? p95.ms : null)),
    p95Outside: outside(steps),
    cpu: list(({ cpu }) => cpu),
    memoryBytes: read.map(({ memoryBytes }) => memoryBytes),
    loopDelayMs: list(({ moment }) => moment.loopDelayMs),
    connections: read.map(({ connections }) => connections),
    waitingForDatabase: read.map(({ waitingForDatabase }) => waitingForDatabase),
  };
}

/** What happened between two readings; null where a counter is missing, or there was no reading before. */
interface Step {
  readonly moment: ServiceMoment;
  readonly callsPerSecond: number | null;
  readonly avgMs: number | null;
  readonly p95: BucketQuantile | null;
  readonly cpu: number | null;
}

function stepOf(moment: ServiceMoment, before: ServiceMoment | undefined): Step {
  const nothing = { moment, callsPerSecond: null, avgMs: null, p95: null, cpu: null };
  if (before === undefined) return nothing;
  const seconds = (moment.atMs - before.atMs) / 1000;
  // Another process counts from zero, and nobody knows since when.
  if (seconds <= 0 || !isSameProcess(before.processStart, moment.processStart)) return nothing;
  const calls = moment.calls && before.calls && minus(durations(moment.calls), durations(before.calls));
  const hasCalls = calls !== null && calls.count > 0;
  return {
    moment,
    callsPerSecond: calls === null ? null : calls.count / seconds,
    avgMs: hasCalls ? (calls.sum / calls.count) * 1000 : null,
    p95: hasCalls ? bucketQuantile(calls, 0.95) : null,
    cpu: moment.cpuS === null || before.cpuS === null ? null : (moment.cpuS - before.cpuS) / seconds,
  };
}

/** How often the P95 was below the first bucket's bound or above the last one: gaps in its curve. */
function outside(steps: readonly Step[]): ServiceSeries['p95Outside'] {
  const sides = (['below', 'above'] as const).flatMap((side) => {
    const found = steps.flatMap(({ p95 }) => (p95?.kind === side ? [p95.ms] : []));
    return found.length === 0 ? [] : [{ side, ms: found[0]!, readings: found.length }];
  });
  return sides;
}

function durations({ count, sumS, buckets }: NonNullable<ServiceMoment['calls']>): Durations {
  return { count, sum: sumS, buckets: new Map([...buckets, [Number.POSITIVE_INFINITY, count]]) };
}
