import type { ServiceSample } from './service-sample.ts';

/** Which processes answered `/metrics` during a run. */
export type Answerers =
  | { readonly kind: 'one' }
  /** One process after the other: counters restarted at zero. */
  | { readonly kind: 'restarted'; readonly times: number }
  /** Several at the same time, such as replicas behind one address. `count` is null if they cannot be distinguished. */
  | { readonly kind: 'several'; readonly count: number | null };

/** Processes that compute their start for each answer round it differently. */
const ROUNDED_S = 1;

/** The largest clock difference of two machines: more than NTP leaves, and less than the age difference of replicas. */
const CLOCKS_APART_S = 60;

/** Two processes without a start time may be one. */
export function isSameProcess(one: number | null, other: number | null): boolean {
  return one === other || (one !== null && other !== null && Math.abs(one - other) <= ROUNDED_S);
}

/**
 * A process that answers again after another one did not end, so there are several. There are also several when a
 * younger answer comes from an older process, when a "new" process is older than the run, and when counters of one
 * process go back.
 */
export function answerers(samples: readonly ServiceSample[], startedAt: string | null): Answerers {
  const known: number[] = [];
  const previous = new Map<number | null, ServiceSample>();
  let last: number | null = null;
  let [changes, returns, setbacks] = [0, 0, 0];
  const oldest =
    startedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(startedAt) / 1000 - CLOCKS_APART_S;
  for (const sample of samples) {
    const { processStart } = sample;
    const start = known.find((one) => isSameProcess(one, processStart)) ?? processStart;
    if (start !== null) {
      const isChange = last !== null && start !== last;
      if (isChange) changes += 1;
      if (isChange && (known.includes(start) || start < last! || start < oldest)) returns += 1;
      if (!known.includes(start)) known.push(start);
      last = start;
    }
    const before = previous.get(start);
    if (before && wentBack(before, sample)) setbacks += 1;
    previous.set(start, sample);
  }
  if (returns > 0) return { kind: 'several', count: known.length };
  // A process that publishes its start cannot restart at zero; one without a start may have been restarted once.
  if (setbacks > (known.length > 0 ? 0 : 1)) return { kind: 'several', count: null };
  if (changes + setbacks > 0) return { kind: 'restarted', times: changes + setbacks };
  return { kind: 'one' };
}

function wentBack(before: ServiceSample, after: ServiceSample): boolean {
  const isLess = (one: number | null | undefined, other: number | null | undefined) =>
    one != null && other != null && other < one;
  return isLess(before.calls?.count, after.calls?.count) || isLess(before.cpuS, after.cpuS);
}
