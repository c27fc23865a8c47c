import type { ServiceMoment } from './service-moment.ts';

/** Which processes answered `/metrics` during a run. */
export type Answerers =
  | { readonly kind: 'one' }
  /** One process after the other: counters began again at zero. */
  | { readonly kind: 'restarted'; readonly times: number }
  /** Several at the same time, such as replicas behind one address. `count` is null where they cannot be told apart. */
  | { readonly kind: 'several'; readonly count: number | null };

/** Processes that compute their start for each answer round it differently each time. */
const ROUNDED_S = 1;

/** How far the clocks of two machines may be apart: more than NTP leaves, and less than a replica is older. */
const CLOCKS_APART_S = 60;

/** Two processes that say nothing of their start may be one. */
export function isSameProcess(one: number | null, other: number | null): boolean {
  return one === other || (one !== null && other !== null && Math.abs(one - other) <= ROUNDED_S);
}

/**
 * A process that returns after another one answered did not end: there are several. So there are when a younger answer
 * comes from an older process, when a "new" process is older than the run, and when counters of one process go back.
 */
export function answerers(moments: readonly ServiceMoment[], startedAt: string | null): Answerers {
  const known: number[] = [];
  const previous = new Map<number | null, ServiceMoment>();
  let last: number | null = null;
  let [changes, returns, setbacks] = [0, 0, 0];
  const oldest =
    startedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(startedAt) / 1000 - CLOCKS_APART_S;
  for (const moment of moments) {
    const { processStart } = moment;
    const start = known.find((one) => isSameProcess(one, processStart)) ?? processStart;
    if (start !== null) {
      const isChange = last !== null && start !== last;
      if (isChange) changes += 1;
      if (isChange && (known.includes(start) || start < last! || start < oldest)) returns += 1;
      if (!known.includes(start)) known.push(start);
      last = start;
    }
    const before = previous.get(start);
    if (before && wentBack(before, moment)) setbacks += 1;
    previous.set(start, moment);
  }
  if (returns > 0) return { kind: 'several', count: known.length };
  // A process that names its start cannot begin again at zero; one that does not may have been restarted once.
  if (setbacks > (known.length > 0 ? 0 : 1)) return { kind: 'several', count: null };
  if (changes + setbacks > 0) return { kind: 'restarted', times: changes + setbacks };
  return { kind: 'one' };
}

function wentBack(before: ServiceMoment, after: ServiceMoment): boolean {
  const isLess = (one: number | null | undefined, other: number | null | undefined) =>
    one != null && other != null && other < one;
  return isLess(before.calls?.count, after.calls?.count) || isLess(before.cpuS, after.cpuS);
}
