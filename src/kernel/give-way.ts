import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { familyThreads } from './process-family.ts';

/** For all processes together, the kernel accepts one change in a tenth of a second, unless root makes it. */
const TRIES = 10;
const AGAIN_MS = 110;

/**
 * Lowers the priority of a process, of its descendants and of processes that they start later, by `nice` steps. Each step
 * gives about a fifth less of a busy processor (sched(7)). Where processors are free, nothing changes.
 *
 * A process with its own session shares processors as one of the sessions ("autogroup"), and the priorities of its
 * threads count only inside of it. In a container it is the other way round. So both are set. Where the system has neither
 * (see /proc), nothing is done.
 */
export async function giveWay(pid: number, nice: number): Promise<void> {
  for (const thread of familyThreads(pid)) {
    try {
      setPriority(thread, nice);
    } catch {
      // the thread has ended
    }
  }
  for (let left = TRIES; left > 0 && !yieldsAsSession(pid, nice); left--) await delay(AGAIN_MS);
}

/** Whether the change is made, or cannot be made here. */
function yieldsAsSession(pid: number, nice: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EAGAIN';
  }
}
