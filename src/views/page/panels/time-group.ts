import type { Fault, TimeGroup } from '../../../look/chart-data.ts';
import type { Series } from '../../../results/summary/series-schema.ts';

/** The charts of a series; the axis covers all its points and the whole duration. */
export function timeGroup(
  id: string,
  { everyS, points }: Pick<Series, 'everyS' | 'points'>,
  {
    startedAt,
    durationS,
    panels,
    faults = [],
  }: Pick<TimeGroup, 'startedAt' | 'panels'> & { durationS: number; faults?: readonly Fault[] },
): TimeGroup {
  const seconds = Array.from({ length: points }, (_, point) => point * everyS);
  return { id, startedAt, everyS, seconds, endS: Math.max(durationS, points * everyS), faults, panels };
}
