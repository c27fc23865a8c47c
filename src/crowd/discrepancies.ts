import { isUnanswered } from '../timings/catalogue.ts';
import type { OutcomeCounts } from '../timings/encoded.ts';
import { addOutcomes, type MergedTimings, totalOf } from '../timings/merged-timings.ts';
import { allTimings, type SliceReport } from './slice-report.ts';

/**
 * Reconciles the counts: each operation's merged total with the sum of the slices, each slice's total with the sum of
 * its windows, and each histogram with the outcomes it stands for. Lost records must not stay unnoticed.
 */
export function discrepancies(reports: readonly SliceReport[], merged: MergedTimings): string[] {
  const found: string[] = [];
  const compare = (what: string, one: number, other: number) => {
    if (one !== other) found.push(`counts do not add up: ${what}: ${one} against ${other}`);
  };
  for (const [name, operation] of merged.operations) {
    const parts = allTimings(reports).map(({ operations }) => operations[name]);
    const sum = parts.reduce((total, part) => total + (part ? totalOf(part.outcomes) : 0), 0);
    compare(`${name}, report against slices`, totalOf(operation.outcomes), sum);
    const { ok = 0, 'rate limited': limited = 0 } = operation.outcomes;
    const failures = operation.total - ok - limited;
    // A message without an answer has no latency.
    const [successes, failed] = isUnanswered(name) ? [0, 0] : [ok, failures];
    compare(`${name}, latencies against successes`, operation.ok.count + operation.drained.count, successes);
    compare(`${name}, latencies against failures`, operation.failed.count, failed);
  }
  for (const report of reports) {
    // An unfinished slice was cut off between a snapshot and the close of its window.
    if (!report.finished) continue;
    for (const timings of allTimings([report])) {
      for (const [name, { outcomes }] of Object.entries(timings.operations)) {
        const inWindows: OutcomeCounts = {};
        for (const { operations } of timings.windows)
          addOutcomes(inWindows, operations[name]?.outcomes ?? {});
        compare(`${name}, slice ${report.slice} against its seconds`, totalOf(outcomes), totalOf(inWindows));
      }
    }
  }
  return found;
}
