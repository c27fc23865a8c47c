import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { isReading, type ReadingName } from '../timings/page-metrics.ts';
import type { SliceReport } from './slice-report.ts';

export type PageReadings = ReadonlyMap<ReadingName, LatencyHistogram>;

/** The readings without a duration from the pages of all slices, by metric, in the unit of the metric. */
export function allReadings(reports: readonly SliceReport[]): PageReadings {
  const merged = new Map<ReadingName, LatencyHistogram>();
  for (const { browsers } of reports)
    for (const [name, encoded] of Object.entries(browsers?.readings ?? {})) {
      if (!isReading(name)) continue;
      const values = merged.get(name) ?? LatencyHistogram.empty();
      values.add(LatencyHistogram.decode(encoded));
      merged.set(name, values);
    }
  return merged;
}
