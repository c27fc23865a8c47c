import type { SliceReport } from '../../crowd/slice-report.ts';
import { ROOM_EVENTS } from '../../timings/catalogue.ts';
import type { MergedTimings } from '../../timings/merged-timings.ts';
import type { Summary } from './schema.ts';

/** The room events of a crowd, by result. */
export function eventsOf(reports: readonly SliceReport[], { operations }: MergedTimings): Summary['events'] {
  const { ok = 0, late = 0, lost = 0, aborted = 0 } = operations.get(ROOM_EVENTS)?.outcomes ?? {};
  const sum = (read: (events: SliceReport['events']) => number) =>
    reports.reduce((total, { events }) => total + read(events), 0);
  return {
    judged: ok + late + lost,
    arrived: ok,
    late,
    lost,
    notJudged: aborted,
    twice: sum(({ twice = 0 }) => twice),
    duplicates: sum(({ duplicates }) => duplicates),
    unexplained: sum(({ unexplained }) => unexplained),
  };
}
