import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** A disturbance during a measured run. */
export type Disturbance = 'quiet' | 'busy neighbour' | 'stopped worker';

const STOPPED_MS = 400;
const EVERY_MS = 4000;

/** Uses one processor completely until the returned function is called, or until a time limit. */
export function busyNeighbour(seconds: number): () => Promise<void> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const loop = `const end = Date.now() + ${seconds * 1000}; while (Date.now() < end);`;
  const child: ChildProcess = spawn(process.execPath, ['-e', loop], { env, stdio: 'ignore' });
  const closed = once(child, 'close');
  return async () => {
    child.kill('SIGKILL');
    await closed;
  };
}

/** Stops a process for 0.4 s in every 4 s until the signal aborts; the process runs when this has resolved. */
export async function stopNowAndThen(pid: number, signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted) {
      await pause(EVERY_MS - STOPPED_MS, undefined, { signal });
      process.kill(pid, 'SIGSTOP');
      try {
        await pause(STOPPED_MS, undefined, { signal });
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    }
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    // The run is over, or the worker has ended.
    if (name !== 'AbortError' && code !== 'ESRCH') throw error;
  }
}
