import { referenceContract } from '../../meetings/contract/load.ts';
import { processStart } from '../../meetings/request-durations.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';

/**
 * The figures of the service from before the first part started and from after the last one ended. Each machine reads
 * them for itself; what one of them reads in between counts the calls of the others too. Where they met different
 * processes behind one address, nobody knows which calls were whose: then there are none.
 */
export function combinedMetrics(parts: readonly CrowdEvidence[]): CrowdEvidence['metrics'] {
  const read = parts.flatMap(({ startedAt, reports, metrics: { before, after, moments, routes } }) => {
    if (startedAt === null || before === null || after === null) return [];
    const from = Date.parse(startedAt);
    return [
      {
        from,
        to: from + Math.max(0, ...reports.map(({ elapsedMs }) => elapsedMs)),
        before,
        after,
        moments,
        routes,
      },
    ];
  });
  const processes = new Set(read.flatMap(({ before, after }) => [processStart(before), processStart(after)]));
  const routes = parts[0]?.metrics.routes ?? referenceContract().metrics;
  const none = { before: null, after: null, moments: [], routes };
  if (read.length === 0) return none;
  if (processes.size > 1)
    return { ...none, leftOut: `the machines read /metrics of ${processes.size} different processes` };
  const earliest = read.reduce((one, other) => (other.from < one.from ? other : one));
  const latest = read.reduce((one, other) => (other.to > one.to ? other : one));
  return { before: earliest.before, after: latest.after, moments: earliest.moments, routes: earliest.routes };
}
