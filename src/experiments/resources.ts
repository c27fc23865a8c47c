import { setTimeout as pause } from 'node:timers/promises';
import { type Finding, notApplicable } from '../checks/check.ts';
import { counted } from '../kernel/figures.ts';
import { isSameProcess } from '../meetings/service-processes.ts';
import type { People } from './people.ts';

/** What a service holds that must come back: by the name of the metric, and how much more than before is tolerated. */
const watched = [
  { metric: 'socketio_connections', name: 'open sockets', more: 0, factor: 1 },
  {
    metric: 'pg_pool_connections{state="waiting"}',
    name: 'callers waiting for the database',
    more: 0,
    factor: 1,
  },
  // Memory comes back when the collector likes; a leak of what the experiment used would be far more than this.
  { metric: 'process_resident_memory_bytes', name: 'memory', more: 64 * 2 ** 20, factor: 1.25 },
] as const;

const NO_METRICS = 'the service publishes no such metrics';
/** What one process holds says nothing of what another one held. */
const OTHER_PROCESS = 'another process of the service answers /metrics than before';

export type Baseline = ReadonlyMap<string, number>;

/** What the service holds now, as its own metrics say. */
export function baseline(people: People): Promise<Baseline> {
  return people.metrics();
}

/** Sockets, pool and memory of the service return to what they were; not applicable where it does not publish them. */
export async function returnsToBaseline(
  people: People,
  before: Baseline,
  withinMs: number,
): Promise<Finding> {
  const check = 'sockets, pool and memory return to their baseline';
  const known = watched.filter(({ metric }) => before.has(metric));
  if (known.length === 0) return notApplicable(check, NO_METRICS);
  const deadline = performance.now() + withinMs;
  for (;;) {
    const now = await people.metrics();
    if (!isSameProcess(startOf(before), startOf(now))) return notApplicable(check, OTHER_PROCESS);
    const held = known.filter(
      ({ metric, more, factor }) => (now.get(metric) ?? Number.NaN) > before.get(metric)! * factor + more,
    );
    if (held.length === 0 || performance.now() > deadline) {
      const evidence = held.map(
        ({ name, metric }) => `${name}: ${now.get(metric)}, before ${before.get(metric)}`,
      );
      const says = known
        .map(({ name, metric }) => `${name} ${now.get(metric)} (before ${before.get(metric)})`)
        .join(', ');
      return { check, verdict: held.length === 0 ? 'passed' : 'failed', says, evidence };
    }
    await pause(100);
  }
}

function startOf(metrics: Baseline): number | null {
  return metrics.get('process_start_time_seconds') ?? null;
}

const POOL_EVERY_MS = 50;

/**
 * Watches the service's database pool while something happens. Callers may wait for a connection; none may be turned
 * away, and at the end nobody waits.
 */
export function watchPool(people: People): { end(failures: number): Promise<Finding> } {
  const check = 'the database pool is never exhausted beyond its queue';
  const ended = new AbortController();
  let [mostWaiting, samples] = [0, 0];
  const sample = async () => {
    const waiting = (await people.metrics()).get('pg_pool_connections{state="waiting"}');
    if (waiting === undefined) return;
    samples += 1;
    mostWaiting = Math.max(mostWaiting, waiting);
  };
  const watching = (async () => {
    while (!ended.signal.aborted) {
      await sample();
      await pause(POOL_EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined); // the end is looked at next
    }
  })();
  return {
    async end(failures) {
      ended.abort();
      await watching;
      if (samples === 0) return notApplicable(check, NO_METRICS);
      const says = `at most ${counted(mostWaiting, 'caller')} waited (${counted(samples, 'sample')}), ${failures} turned away`;
      return { check, verdict: failures === 0 ? 'passed' : 'failed', says, evidence: [] };
    },
  };
}
