import { metricOf } from './metric.ts';

/** Metrics at one instant, by name. */
export type Values = Readonly<Record<string, number>>;

/**
 * Whether the counts of a service are back at their values of an earlier rest, or below them. Memory does not count: it
 * falls only with the next garbage collection.
 */
export function isAtRest(values: Values, earlier: Values): boolean {
  return Object.entries(earlier).every(
    ([name, value]) => metricOf(name).kind !== 'count' || (values[name] ?? 0) <= value,
  );
}
