import { isGone, processIdentity } from './process-identity.ts';

const INTERVAL_MS = 1_000;

/**
 * Calls `onGone` once when the process has ended, because a service of a run must end with the run. Ignores a later
 * process with the same id.
 */
export function watchOwner(pid: number, onGone: () => void) {
  const owner = processIdentity(pid);
  const timer = setInterval(() => {
    if (owner !== undefined && !isGone(owner)) return;
    clearInterval(timer);
    onGone();
  }, INTERVAL_MS);
  timer.unref();
}
