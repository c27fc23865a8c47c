import type { Fault, Panel, TimeGroup } from '../../../look/chart-data.ts';
import type { Series } from '../../../results/summary/series-schema.ts';

/** The charts of a series; the axis covers all its points and the whole duration. */
export function timeGroup(
  id: string,
  { everyS, points }: Pick<Series, 'everyS' | 'points'>,
  {
    durationS,
    panels,
    faults = [],
  }: { durationS: number; panels: readonly Panel[]; faults?: readonly Fault[] },
): TimeGroup {
  const seconds = Array.from({ length: points }, (_, point) => point * everyS);
  return { id, everyS, seconds, endS: Math.max(durationS, points * everyS), faults, panels };
}
