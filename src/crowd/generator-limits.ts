import { generatorLimits } from '../timings/outcome.ts';
import type { SelfCheckFinding } from './self-check.ts';
import { allTimings, type ShareReport } from './share-report.ts';

interface Limit {
  readonly check: string;
  readonly wayOut: string;
}

const unknown: Limit = {
  check: 'a limit of this machine was reached',
  wayOut: 'Look at the causes of the outcome "generator limit", and spread the crowd over more machines.',
};

/** By the cause that is recorded. */
const limits: Readonly<Record<string, Limit>> = {
  [generatorLimits.port]: {
    check: 'no local port was left',
    wayOut: 'Set SOURCE_ADDRESSES to more addresses of this machine, or use more machines.',
  },
  [generatorLimits.descriptor]: {
    check: 'no file descriptor was left',
    wayOut: 'Raise the limit of open files (ulimit -n), or spread the crowd over more workers.',
  },
  [generatorLimits.memory]: {
    check: 'no memory was left for connections',
    wayOut: 'Use more machines, or ask for fewer users.',
  },
  [generatorLimits.time]: {
    check: 'the event loop was blocked until the time was up',
    wayOut: 'Spread the crowd over more workers or machines, or ask for less load.',
  },
};

/**
 * Calls that a limit of the load generator prevented, by the limit: the service had no chance to answer them, and the load
 * was another one than asked for. None where there were no such calls.
 */
export function generatorLimitFindings(reports: readonly ShareReport[]): SelfCheckFinding[] {
  const calls = new Map<Limit, number>();
  const add = (limit: Limit, count: number) => calls.set(limit, (calls.get(limit) ?? 0) + count);
  for (const { operations } of allTimings(reports)) {
    for (const { outcomes, causes } of Object.values(operations)) {
      let left = outcomes['generator limit'] ?? 0;
      if (left === 0) continue;
      for (const { outcome, cause, count } of causes) {
        if (outcome !== 'generator limit') continue;
        add(limits[cause] ?? unknown, count);
        left -= count;
      }
      // Of too many kinds of causes, some are not named.
      if (left > 0) add(unknown, left);
    }
  }
  return [...calls].map(([{ check, wayOut }, value]) => ({
    check,
    value,
    bound: 0,
    unit: 'calls',
    ok: false,
    spoils: 'everything',
    wayOut,
  }));
}
