import { setTimeout as pause } from 'node:timers/promises';
import { type Finding, found, notApplicable } from '../checks/check.ts';
import { counted } from '../kernel/figures.ts';
import { isSameProcess } from '../meetings/service-processes.ts';
import { askUntil } from './ask-until.ts';
import type { Cohort } from './cohort.ts';
import type { ExperimentRecord } from './experiment-record.ts';

/** The resources that a service must release: by metric, with the tolerated increase. */
const watched = [
  { metric: 'socketio_connections', name: 'open sockets', more: 0, factor: 1 },
  {
    metric: 'pg_pool_connections{state="waiting"}',
    name: 'callers waiting for the database',
    more: 0,
    factor: 1,
  },
  // Garbage collection releases memory at any time; a leak of the experiment's use would be far more than this.
  { metric: 'process_resident_memory_bytes', name: 'memory', more: 64 * 2 ** 20, factor: 1.25 },
] as const;

const NO_METRICS = 'the service publishes no such metrics';
/** The resources of two different processes are not comparable. */
const OTHER_PROCESS = 'another process of the service answered /metrics';

export type Baseline = ReadonlyMap<string, number>;

/** The current resources of the service: its own metrics by name, summed over labels. Empty if it publishes none. */
export async function baseline(cohort: Cohort): Promise<Baseline> {
  const { metrics } = cohort.contract;
  const response = await (await cohort.host()).context.get(metrics.path).catch(() => undefined);
  const sums = new Map<string, number>();
  if (!response?.ok()) return sums;
  for (const line of (await response.text()).split('\n')) {
    const [, name, labels = '', value] = /^(\w+)(\{[^}]*\})?\s+(\S+)/.exec(line) ?? [];
    if (name === undefined) continue;
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
    if (labels) sums.set(`${name}${labels}`, Number(value));
  }
  return sums;
}

/** Sockets, pool and memory of the service return to what they were; not applicable if it does not publish them. */
export async function returnsToBaseline(
  cohort: Cohort,
  before: Baseline,
  withinMs: number,
): Promise<Finding> {
  const check = 'sockets, pool and memory return to their baseline';
  const known = watched.filter(({ metric }) => before.has(metric));
  if (known.length === 0) return { check, ...notApplicable(NO_METRICS) };
  const isOther = (now: Baseline) => !isSameProcess(startOf(before), startOf(now));
  const heldIn = (now: Baseline) =>
    known.filter(({ metric, more, factor }) => (now.get(metric) ?? 0) > before.get(metric)! * factor + more);
  const now = await askUntil(
    () => baseline(cohort),
    (now) => isOther(now) || heldIn(now).length === 0,
    { withinMs, everyMs: 100 },
  );
  if (isOther(now)) return { check, ...notApplicable(OTHER_PROCESS) };
  const held = heldIn(now);
  const evidence = held.map(
    ({ name, metric }) => `${name}: ${now.get(metric)}, before ${before.get(metric)}`,
  );
  const message = known
    .map(({ name, metric }) => `${name} ${now.get(metric)} (before ${before.get(metric)})`)
    .join(', ');
  return found(check, held.length === 0, message, evidence);
}

function startOf(metrics: Baseline): number | null {
  return metrics.get('process_start_time_seconds') ?? null;
}

const POOL_EVERY_MS = 50;

/**
 * Watches the service's database pool while something happens. Callers may wait for a connection; none may be
 * rejected.
 */
export function watchPool(
  experiment: ExperimentRecord,
  cohort: Cohort,
): { end(failures: number): Promise<Finding> } {
  const check = 'the database pool is never exhausted beyond its queue';
  const ended = new AbortController();
  experiment.atEnd('stop the pool watch', async () => ended.abort());
  let [mostWaiting, samples] = [0, 0];
  const sample = async () => {
    const waiting = (await baseline(cohort)).get('pg_pool_connections{state="waiting"}');
    if (waiting === undefined) return;
    samples += 1;
    mostWaiting = Math.max(mostWaiting, waiting);
  };
  const watching = (async () => {
    while (!ended.signal.aborted) {
      await sample();
      await pause(POOL_EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined); // the next line checks the end
    }
  })();
  return {
    async end(failures) {
      ended.abort();
      await watching;
      if (samples === 0) return { check, ...notApplicable(NO_METRICS) };
      const message = `at most ${counted(mostWaiting, 'caller')} waited (${counted(samples, 'sample')}), ${failures} rejected`;
      return found(check, failures === 0, message);
    },
  };
}
