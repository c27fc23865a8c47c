import { generatorLimits } from '../timings/outcome.ts';
import type { SelfCheckFinding } from './self-check.ts';
import { allTimings, type SliceReport } from './slice-report.ts';

interface Limit {
  readonly check: string;
  readonly hint: string;
}

const unknown: Limit = {
  check: 'a limit of this machine was reached',
  hint: 'Look at the causes of the outcome "generator limit", and use more machines.',
};

/** The limits by their recorded cause. */
const limits: Readonly<Record<string, Limit>> = {
  [generatorLimits.port]: {
    check: 'no local port was left',
    hint: 'Set SOURCE_ADDRESSES to more addresses of this machine, or use more machines.',
  },
  [generatorLimits.descriptor]: {
    check: 'no file descriptor was left',
    hint: 'Raise the limit of open files (ulimit -n), or use more workers.',
  },
  [generatorLimits.memory]: {
    check: 'no memory was left for connections',
    hint: 'Use more machines or fewer users.',
  },
  [generatorLimits.time]: {
    check: 'the event loop was blocked until the timeout',
    hint: 'Use more workers or machines, or less load.',
  },
};

/**
 * Calls that a limit of the load generator prevented, by limit: the service could not answer them, and the load was not
 * the requested one. Empty without such calls.
 */
export function generatorLimitFindings(reports: readonly SliceReport[]): SelfCheckFinding[] {
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
      // Timings keep a limited number of causes, so some calls may have no cause.
      if (left > 0) add(unknown, left);
    }
  }
  return [...calls].map(([{ check, hint }, value]) => ({
    check,
    value,
    bound: 0,
    unit: 'calls',
    ok: false,
    spoils: 'everything',
    hint,
  }));
}
