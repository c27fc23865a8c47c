import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { isAction, ROOM_EVENTS } from '../../../../src/timings/catalogue.ts';

/** The cost of a run for its workers. */
export interface Cost {
  readonly sessions: number;
  readonly requests: number;
  readonly events: number;
  readonly seconds: number;
  /** The CPU time of the workers from the release of the barrier to the end, in ms. */
  readonly cpuMs: number;
  readonly cpuMsPerSession: number;
  readonly cpuMicrosPerRequest: number;
}

export function costOf(reports: readonly SliceReport[]): Cost {
  const sum = (read: (report: SliceReport) => number) => reports.reduce((total, one) => total + read(one), 0);
  const answered = (report: SliceReport, isCounted: (name: string) => boolean) =>
    Object.entries(report.timings.operations).reduce(
      (total, [name, { ok, failed }]) =>
        isCounted(name) ? total + (ok?.count ?? 0) + (failed?.count ?? 0) : total,
      0,
    );
  const sessions = sum((report) => report.sessions.started);
  const requests = sum((report) => answered(report, isAction));
  const cpuMs = sum(({ health, elapsedMs }) => health.cpuMean * elapsedMs);
  return {
    sessions,
    requests,
    events: sum((report) => answered(report, (name) => name === ROOM_EVENTS)),
    seconds: Math.max(...reports.map(({ elapsedMs }) => elapsedMs)) / 1000,
    cpuMs,
    cpuMsPerSession: cpuMs / sessions,
    cpuMicrosPerRequest: (cpuMs * 1000) / requests,
  };
}
