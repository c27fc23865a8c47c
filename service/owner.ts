import { isGone, processIdentity } from './process-identity.ts';

const INTERVAL_MS = 1_000;

/**
 * Calls back once when the process is gone: a service that was started for a run must not outlive the run. A later
 * process with the same number is another one.
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
