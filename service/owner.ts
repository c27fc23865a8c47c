import { readFileSync } from 'node:fs';

const INTERVAL_MS = 1_000;

/** Calls back once when the process is gone: a service that somebody started for a run must not outlive the run. */
export function watchOwner(pid: number, onGone: () => void) {
  const timer = setInterval(() => {
    if (isAlive(pid)) return;
    clearInterval(timer);
    onGone();
  }, INTERVAL_MS);
  timer.unref();
}

function isAlive(pid: number) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/** Dead, but nobody collected its exit code, as it happens in containers without an init process. */
function isZombie(pid: number) {
  if (process.platform !== 'linux') return false;
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''));
  } catch {
    return false;
  }
}
