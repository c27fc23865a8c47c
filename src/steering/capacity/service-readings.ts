import type { Resource } from '../../capacity/second.ts';
import type { ServiceSample } from '../../meetings/service-sample.ts';

/** A service of one thread cannot use more than one core; near to it, calls wait for the thread. */
const BUSY_CORES = 0.95;
/** Calls wait this long for the event loop of a service that has one: one in a hundred of its turns took longer. */
const LATE_LOOP_MS = 100;

/**
 * What a reading of the service's metrics shows about its resources.
 * @param before the reading before, of the same crowd
 */
export function serviceReadings(before: ServiceSample | undefined, now: ServiceSample): Resource[] {
  const { loopDelayMs, waitingForDatabase, connections } = now;
  // Only a service with an event loop has one thread.
  const isOneThread = loopDelayMs !== null;
  return [
    ...reading('service CPU', coresBetween(before, now), 'cores', isOneThread ? BUSY_CORES : null),
    ...reading('service event loop', loopDelayMs, 'ms', LATE_LOOP_MS),
    ...reading('callers waiting for a database connection', waitingForDatabase, '', 1),
    ...reading('connections', connections, '', null),
  ];
}

function reading(name: string, value: number | null, unit: string, limit: number | null): Resource[] {
  return value === null ? [] : [{ name, value, unit, limit }];
}

/** CPU between two readings, in cores; null without two of the same process. */
function coresBetween(before: ServiceSample | undefined, now: ServiceSample): number | null {
  if (before?.cpuS == null || now.cpuS === null || before.processStart !== now.processStart) return null;
  const [usedS, lastedS] = [now.cpuS - before.cpuS, (now.atMs - before.atMs) / 1000];
  return lastedS > 0 && usedS >= 0 ? usedS / lastedS : null;
}
