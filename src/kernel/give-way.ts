import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { familyThreads } from './process-family.ts';

/** The kernel lets one change in a tenth of a second pass, of all processes together, unless root asks. */
const TRIES = 10;
const AGAIN_MS = 110;

/**
 * Lets a process, what it has started and what it will start have what others leave of the processors: by `nice` steps
 * of priority, each about a fifth less of a busy processor (sched(7)). Where processors are free, nothing changes.
 *
 * A process with a session of its own shares processors as one of the sessions ("autogroup"), and its threads' own
 * priorities count inside of it only; in a container it is the other way round. Hence both. Where the system has
 * neither (it is told by /proc), nothing is done.
 */
export async function giveWay(pid: number, nice: number): Promise<void> {
  for (const thread of familyThreads(pid)) {
    try {
      setPriority(thread, nice);
    } catch {
      // it ended meanwhile
    }
  }
  for (let left = TRIES; left > 0 && !yieldsAsSession(pid, nice); left--) await delay(AGAIN_MS);
}

/** Whether it is done, or cannot be done here. */
function yieldsAsSession(pid: number, nice: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EAGAIN';
  }
}
