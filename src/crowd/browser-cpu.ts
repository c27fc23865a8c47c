import { sampledSecond } from '../timings/second.ts';
import type { SliceReport } from './slice-report.ts';

/** The length of the busiest window. */
const WINDOW_S = 5;

/** The part of all processors that all browsers of one machine used together in their busiest 5 seconds. */
export function browserCpuPercent(reports: readonly SliceReport[]): number {
  const cores = Math.max(1, ...reports.map(({ browsers }) => browsers?.processes?.cores ?? 0));
  const msBySecond: number[] = [];
  for (const { samples } of reports) {
    let since = 0;
    for (const { atMs, browserCpu = 0 } of samples) {
      const second = sampledSecond(atMs);
      msBySecond[second] = (msBySecond[second] ?? 0) + browserCpu * (atMs - since);
      since = atMs;
    }
  }
  let busiestMs = 0;
  const lasted = msBySecond.length;
  // A run of less than 5 seconds is one window.
  for (let end = Math.max(1, Math.min(WINDOW_S, lasted)); end <= lasted; end++) {
    const window = msBySecond.slice(Math.max(0, end - WINDOW_S), end);
    busiestMs = Math.max(busiestMs, window.reduce((sum, ms) => sum + ms, 0) / window.length);
  }
  return (busiestMs / 1000 / cores) * 100;
}
