import { counted, number } from '../kernel/figures.ts';
import type { CrowdFigures, Fraction } from '../targets/crowd-figures.ts';
import { isAction, ROOM_EVENTS } from '../timings/catalogue.ts';
import type { MergedTimings } from '../timings/merged-timings.ts';
import { hintForReach } from './reach.ts';
import { requestedUsers, type Schedule } from './schedules/index.ts';
import type { SliceReport } from './slice-report.ts';

/** The beginning of the cause of an answer about another meeting or user than its request. */
const WRONG_ANSWER = 'answered about another';

/** The counts of a crowd beside its calls; `reached`: the peak of protocol participants, see `Attendance`. */
export function crowdFigures(
  reports: readonly SliceReport[],
  { operations }: Pick<MergedTimings, 'operations'>,
  { schedule, reached }: { readonly schedule: Schedule; readonly reached: number },
): CrowdFigures {
  const sum = (read: (report: SliceReport) => number) =>
    reports.reduce((total, report) => total + read(report), 0);
  const { ok = 0, late = 0, lost = 0 } = operations.get(ROOM_EVENTS)?.outcomes ?? {};
  const judged = ok + late + lost;
  const completed = sum(({ sessions }) => sessions.completed);
  const gaveUp = sum(({ sessions }) => total(sessions.gaveUp));
  // A participant that reconnects can lose its connection again.
  const connections = sum(
    ({ timings }) =>
      (timings.operations['socket.connect']?.outcomes.ok ?? 0) +
      (timings.operations['room.return']?.outcomes.ok ?? 0),
  );
  let [answers, wrong] = [0, 0];
  for (const [name, { total, causes }] of operations) {
    if (!isAction(name)) continue;
    answers += total;
    for (const { cause, count } of causes.values()) if (cause.includes(WRONG_ANSWER)) wrong += count;
  }
  return {
    'events lost': { part: lost, of: judged },
    'events late': { part: late, of: judged },
    'events twice': { part: sum(({ events }) => events.twice ?? 0), of: judged },
    'connections lost': { part: sum(({ drops }) => total(drops)), of: connections },
    'sessions completed': { part: completed, of: completed + gaveUp },
    'users reached': usersReached(reached, schedule, gaveUp > completed),
    'wrong answers': { part: wrong, of: answers },
  };
}

function usersReached(reached: number, schedule: Schedule, endEarly: boolean): Fraction {
  const of = requestedUsers(schedule);
  // One user may be between two sessions in every second.
  if (of === 0 || reached >= of - 1) return { part: of, of };
  const note = `${number(Math.round(reached))} of ${counted(of, 'user')} were reached: ${endEarly ? 'most sessions ended early' : hintForReach(schedule)}`;
  return { part: reached, of, note };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
