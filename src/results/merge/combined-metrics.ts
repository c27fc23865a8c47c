import { referenceContract } from '../../meetings/contract/load.ts';
import { processStart } from '../../meetings/request-durations.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';

/**
 * The figures of the service from before the first part started and after the last one ended. Each machine reads
 * its own metrics; samples of one machine also count the calls of the others. If they read different
 * processes behind one address, calls cannot be assigned to machines, and there are no figures.
 */
export function combinedMetrics(parts: readonly CrowdEvidence[]): CrowdEvidence['metrics'] {
  const read = parts.flatMap(({ startedAt, reports, metrics: { before, after, samples, routes } }) => {
    if (startedAt === null || before === null || after === null) return [];
    const from = Date.parse(startedAt);
    return [
      {
        from,
        to: from + Math.max(0, ...reports.map(({ elapsedMs }) => elapsedMs)),
        before,
        after,
        samples,
        routes,
      },
    ];
  });
  const processes = new Set(read.flatMap(({ before, after }) => [processStart(before), processStart(after)]));
  const routes = parts[0]?.metrics.routes ?? referenceContract().metrics;
  const none = { before: null, after: null, samples: [], routes };
  if (read.length === 0) return none;
  if (processes.size > 1)
    return { ...none, leftOut: `the machines read /metrics of ${processes.size} different processes` };
  const earliest = read.reduce((one, other) => (other.from < one.from ? other : one));
  const latest = read.reduce((one, other) => (other.to > one.to ? other : one));
  return { before: earliest.before, after: latest.after, samples: earliest.samples, routes: earliest.routes };
}
