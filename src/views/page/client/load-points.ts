import type { Line, Panel, TimeGroup } from '../../../look/chart-data.ts';

/** What counts as the load: requests per second of all operations, or active users. */
export type LoadBy = 'rate' | 'users';

/** One window of the run. */
export interface LoadPoint {
  readonly load: number;
  /** The beginning of the window. */
  readonly second: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** The windows with a latency, by their load; the latency of all requests, or of one operation. */
export function loadPoints(
  { panels, seconds }: Pick<TimeGroup, 'panels' | 'seconds'>,
  { by, operation }: { readonly by: LoadBy; readonly operation: string },
): LoadPoint[] {
  const panel = (id: string) => panels.find((one) => one.id === id);
  const latency = operation === '' ? panel('latency')?.lines : panel('latency')?.operations?.[operation];
  const load = loadOf(panel(by === 'rate' ? 'requests' : 'users'));
  if (!latency) return [];
  const [p50, p95] = [valuesOf(latency, 'P50'), valuesOf(latency, 'P95')];
  return seconds
    .map((second, index) => ({
      load: load(index),
      second,
      p50: p50?.[index] ?? null,
      p95: p95?.[index] ?? null,
    }))
    .filter((point) => point.p50 !== null || point.p95 !== null)
    .sort((one, other) => one.load - other.load || one.second - other.second);
}

/** The sum of the lines of a panel: the outcomes of requests are separate lines. */
function loadOf(panel: Panel | undefined): (index: number) => number {
  const lines = panel?.lines ?? [];
  return (index) => lines.reduce((sum, { values }) => sum + (values[index] ?? 0), 0);
}

function valuesOf(lines: readonly Line[], label: string): Line['values'] | undefined {
  return lines.find((line) => line.label === label)?.values;
}
