import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { familyThreads } from './process-family.ts';

/** Without root, the kernel accepts one change in a tenth of a second for all processes together. */
const TRIES = 10;
const AGAIN_MS = 110;

/**
 * Lowers the priority of a process, of its descendants and of processes that they start later, by `nice` steps. Each step
 * gives about 20% less of a busy processor (sched(7)). On free processors, it changes nothing.
 *
 * Linux shares processors between sessions ("autogroup"), and the priorities of threads count only within their session; in
 * a container, only the priorities count. So both are set. On systems without /proc, nothing is done.
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
