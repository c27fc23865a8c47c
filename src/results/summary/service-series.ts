import {
  type BucketQuantile,
  bucketQuantile,
  type Durations,
  minus,
} from '../../meetings/request-durations.ts';
import { isSameProcess } from '../../meetings/service-processes.ts';
import type { ServiceSample } from '../../meetings/service-sample.ts';
import type { ServiceSeries } from './series-schema.ts';

/** A chart has no room for more readings. */
const MOST_READINGS = 600;

/** The service's own metrics over time; null with fewer than two readings. */
export function serviceOverTime(samples: readonly ServiceSample[]): ServiceSeries | null {
  const every = Math.ceil(samples.length / MOST_READINGS);
  // The last reading closes the curve. Counters lose nothing if readings are skipped.
  const read = samples.filter((_, index) => index % every === 0 || index === samples.length - 1);
  if (read.length < 2) return null;
  const steps = read.map((sample, index) => stepOf(sample, read[index - 1]));
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
    loopDelayMs: list(({ sample }) => sample.loopDelayMs),
    connections: read.map(({ connections }) => connections),
    waitingForDatabase: read.map(({ waitingForDatabase }) => waitingForDatabase),
  };
}

/** The change between two readings; null if a counter is missing, or there was no earlier reading. */
interface Step {
  readonly sample: ServiceSample;
  readonly callsPerSecond: number | null;
  readonly avgMs: number | null;
  readonly p95: BucketQuantile | null;
  readonly cpu: number | null;
}

function stepOf(sample: ServiceSample, before: ServiceSample | undefined): Step {
  const nothing = { sample, callsPerSecond: null, avgMs: null, p95: null, cpu: null };
  if (before === undefined) return nothing;
  const seconds = (sample.atMs - before.atMs) / 1000;
  // Another process counts from zero, from an unknown time on.
  if (seconds <= 0 || !isSameProcess(before.processStart, sample.processStart)) return nothing;
  const calls = sample.calls && before.calls && minus(durations(sample.calls), durations(before.calls));
  const hasCalls = calls !== null && calls.count > 0;
  return {
    sample,
    callsPerSecond: calls === null ? null : calls.count / seconds,
    avgMs: hasCalls ? (calls.sum / calls.count) * 1000 : null,
    p95: hasCalls ? bucketQuantile(calls, 0.95) : null,
    cpu: sample.cpuS === null || before.cpuS === null ? null : (sample.cpuS - before.cpuS) / seconds,
  };
}

/** How often the P95 was below the first bucket's bound or above the last one: gaps in its curve. */
function outside(steps: readonly Step[]): ServiceSeries['p95Outside'] {
  return (['below', 'above'] as const).flatMap((side) => {
    const found = steps.flatMap(({ p95 }) => (p95?.kind === side ? [p95.ms] : []));
    return found.length === 0 ? [] : [{ side, ms: found[0]!, readings: found.length }];
  });
}

function durations({ count, sumS, buckets }: NonNullable<ServiceSample['calls']>): Durations {
  return { count, sum: sumS, buckets: new Map([...buckets, [Number.POSITIVE_INFINITY, count]]) };
}
