import type { Finding } from '../checks/check.ts';
import type { Entry } from '../checks/ledger.ts';
import { connectionFailures } from '../checks/ledger-failures.ts';
import { isAction } from '../timings/catalogue.ts';
import type { EncodedTimings } from '../timings/encoded.ts';
import { failuresOf, failureTexts } from '../timings/failure-causes.ts';
import type { MergedTimings } from '../timings/merged-timings.ts';

/** The number of causes in a sentence; the evidence has more. */
const MOST_IN_A_SENTENCE = 3;
const MOST_CAUSES = 10;

/** Whether this percentage of all operations succeeded, and why the others failed. */
export function successRate({ actions, operations }: MergedTimings, atLeastPercent: number): Finding {
  const { successful, total } = actions;
  const percent = (successful / total) * 100;
  const verdict = total === 0 ? 'inconclusive' : percent >= atLeastPercent ? 'passed' : 'failed';
  const asked = [...operations].filter(([name]) => isAction(name));
  const failures = failuresOf(
    Object.fromEntries(asked.map(([name, { causes }]) => [name, { causes: causes.values() }])),
  );
  const causes = failureTexts(failures, MOST_IN_A_SENTENCE).join(', ');
  return {
    check: 'success rate',
    verdict,
    message: `${successful} of ${total}${causes === '' ? '' : `: ${causes}`} (at least ${atLeastPercent}% required)`,
    about: 'time',
    evidence: verdict === 'failed' ? failureTexts(failures, MOST_CAUSES) : [],
  };
}

/** All failures of an experiment so far: of calls, of attempts to connect, and of attempts to enter the room. */
export function failuresSoFar({ operations }: EncodedTimings, entries: readonly Entry[]): string[] {
  return [...failureTexts(failuresOf(operations), MOST_CAUSES), ...connectionFailures(entries, MOST_CAUSES)];
}
