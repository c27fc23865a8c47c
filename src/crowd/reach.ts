import { counted, number } from '../kernel/figures.ts';
import { peakUsers, reachableUsers, requestedUsers, type Schedule } from './schedules/index.ts';
import { span } from './schedules/wording.ts';
import { CONNECTIONS_EACH } from './source-addresses.ts';

/** The change of settings after a run with fewer active users than requested. */
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

/**
 * Why no browser can take part; undefined where browsers can.
 * @param page whether the service has a web page; undefined if unknown
 */
export function withoutPage(
  browserUsers: number,
  page: boolean | undefined,
  url: string,
): string | undefined {
  if (browserUsers === 0 || page !== false) return undefined;
  return `${counted(browserUsers, 'browser participant')} cannot take part (BROWSER_USERS): the service has no web page at ${url}/.`;
}

/** Open files of a worker without participants, with room for its reports. */
const FILES_OF_A_WORKER = 100;

/**
 * One sentence before a run whose workers may open too few files for their participants. `limit`: the limit of each
 * worker; null if unknown.
 */
export function openFilesWarning(participantsEach: number, limit: number | null): string | undefined {
  const needed = FILES_OF_A_WORKER + CONNECTIONS_EACH * participantsEach;
  if (limit === null || needed <= limit) return undefined;
  return `${counted(participantsEach, 'participant')} in one worker need about ${number(needed)} open files, and the limit is ${number(limit)}. Raise it (ulimit -n), or use more workers.`;
}

/** Open files of the reference service and its PostgreSQL without participants. */
const FILES_OF_A_SERVICE = 80;

/**
 * The same sentence for the reference service, which has the limit of this run: errors without free files would look
 * like its defects.
 */
export function serviceFilesWarning(participants: number, limit: number | null): string | undefined {
  const needed = FILES_OF_A_SERVICE + CONNECTIONS_EACH * participants;
  if (limit === null || needed <= limit) return undefined;
  return `${counted(participants, 'participant')} need about ${number(needed)} open files in the reference service, which this run starts, and the limit is ${number(limit)}: it will refuse connections. Raise it (ulimit -n), or start the service elsewhere (MEETINGS_SERVICE_URL).`;
}

const MIB = 1024 * 1024;

/**
 * In bytes, without file caches that the kernel can drop: the main process with npx, a worker with a small crowd and
 * its canary, the reference service with its PostgreSQL, and a participant with its records.
 */
const MEMORY = { main: 170 * MIB, worker: 150 * MIB, service: 150 * MIB, participant: 0.05 * MIB };

/** The main process needs this much while it makes the reports. */
const SMALLEST_HEAP = 96 * MIB;

export interface MemoryNeeds {
  readonly workers: number;
  /** The participants of all workers of this machine. */
  readonly participants: number;
  /** Whether the reference service is started under the same limit. */
  readonly startsService: boolean;
}

export interface MemoryLimits {
  /** The limit of all processes of the run together, in bytes; null if only the machine limits them. */
  readonly limitBytes: number | null;
  /** The limit that V8 sets for the JavaScript heap of one process. */
  readonly heapBytes: number;
}

/** Why this memory is too small for any run: the kernel or V8 would end the main process; undefined if it suffices. */
export function tooLittleMemory({ limitBytes, heapBytes }: MemoryLimits): string | undefined {
  const least = MEMORY.main + MEMORY.worker;
  if (limitBytes !== null && limitBytes < least)
    return `The memory limit of this run is ${mib(limitBytes)}, and the main process and one worker need about ${mib(least)}. Raise the limit (docker run --memory, or memory.max of the control group).`;
  if (heapBytes >= SMALLEST_HEAP) return undefined;
  return `The JavaScript heap may have ${mib(heapBytes)}, and the main process needs ${mib(SMALLEST_HEAP)}. Raise --max-old-space-size in NODE_OPTIONS.`;
}

/** One sentence before a run that may need more memory than its limit. */
export function memoryWarning(needs: MemoryNeeds, limitBytes: number | null): string | undefined {
  const { workers, participants, startsService } = needs;
  const needed =
    MEMORY.main +
    workers * MEMORY.worker +
    (startsService ? MEMORY.service : 0) +
    participants * MEMORY.participant;
  if (limitBytes === null || needed <= limitBytes) return undefined;
  const service = startsService ? ' and the reference service' : '';
  return `${counted(participants, 'participant')} in ${counted(workers, 'worker')}${service} need about ${mib(needed)} of memory, and the limit of this run is ${mib(limitBytes)}: the kernel may end a worker. Raise the limit, or use fewer workers (--workers) or users.`;
}

export function mib(bytes: number): string {
  return `${number(Math.round(bytes / MIB))} MiB`;
}

/** How many participants at a time the accounts suffice for: each process has its own part of them. */
export function mostParticipants(
  accounts: number,
  { workers, shard }: { readonly workers: number; readonly shard: { readonly of: number } },
): number {
  return Math.floor(accounts / (shard.of * (workers + 1))) * shard.of * workers;
}

/**
 * Why a crowd is too large for the accounts of its service; undefined if it fits. Each participant is a different user,
 * and each process (the main one and each worker of each machine) has its own part of the accounts.
 */
export function tooFewAccounts(
  accounts: number | undefined,
  participants: number,
  { workers, shard }: { readonly workers: number; readonly shard: { readonly of: number } },
): string | undefined {
  if (accounts === undefined) return undefined;
  const processes = shard.of * (workers + 1);
  const slices = shard.of * workers;
  const needed = Math.ceil(participants / slices) * processes;
  if (accounts >= needed) return undefined;
  const most = mostParticipants(accounts, { workers, shard });
  return `The contract has ${counted(accounts, 'user')}, and ${counted(participants, 'participant')} at a time need ${needed}: each of ${processes} processes has its own part of them. Add users, or let at most ${most} take part.`;
}
