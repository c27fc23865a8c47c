import { counted, number } from '../kernel/figures.ts';
import { peakUsers, reachableUsers, requestedUsers, type Schedule } from './schedules/index.ts';
import { span } from './schedules/wording.ts';
import { CONNECTIONS_EACH } from './source-addresses.ts';

/** What to change when fewer users were there than were asked for. */
export function hintForReach(schedule: Schedule): string {
  return schedule.kind === 'sessions'
    ? 'raise TEST_DURATION or lower ARRIVAL_INTERVAL_MS'
    : 'raise TEST_DURATION, or look for sessions that ended early';
}

/** One sentence before a run that cannot reach its users; `sessionMs`: the pauses of one session. */
export function reachWarning(schedule: Schedule, sessionMs: number): string | undefined {
  const reachable = reachableUsers(schedule, sessionMs);
  const peak = peakUsers(schedule);
  if (schedule.kind !== 'sessions' || requestedUsers(schedule) === 0 || reachable >= peak) return undefined;
  const why = `one session starts every ${span(schedule.everyMs)} and takes about ${span(sessionMs)}`;
  return `About ${number(reachable)} of ${counted(peak, 'user')} can be reached: ${why}. To reach them, ${hintForReach(schedule)}.`;
}

/** Of a worker with no participant yet, with room for its reports. */
const FILES_OF_A_WORKER = 100;

/** One sentence before a run whose workers may open too few files for their participants; `limit`: of each, null where it is not known. */
export function openFilesWarning(participantsEach: number, limit: number | null): string | undefined {
  const needed = FILES_OF_A_WORKER + CONNECTIONS_EACH * participantsEach;
  if (limit === null || needed <= limit) return undefined;
  return `${counted(participantsEach, 'participant')} in one worker need about ${number(needed)} open files, and the limit is ${number(limit)}. Raise it (ulimit -n), or use more workers.`;
}

/**
 * Why a crowd is too large for the accounts of its service; undefined where it is not. Each participant is another user,
 * and each process of each machine has its own part of them: the main one, and each worker.
 */
export function tooFewAccounts(
  accounts: number | undefined,
  participants: number,
  { workers, shard }: { readonly workers: number; readonly shard: { readonly of: number } },
): string | undefined {
  if (accounts === undefined) return undefined;
  const processes = shard.of * (workers + 1);
  const shares = shard.of * workers;
  const needed = Math.ceil(participants / shares) * processes;
  if (accounts >= needed) return undefined;
  const most = Math.floor(accounts / processes) * shares;
  return `The contract has ${counted(accounts, 'user')}, and ${counted(participants, 'participant')} at a time need ${needed}: each of ${processes} processes has its own part of them. Add users, or let at most ${most} take part.`;
}
