import { type Comparison, comparableWith, type Past } from '../history/past.ts';
import { stillRegressed } from '../history/regressions.ts';
import type { RunFacts } from '../history/run-facts.ts';
import { recordOfBenchmarks } from './record.ts';
import type { BenchmarkResult } from './result.ts';

/** A regression needs two measurements; a busy machine may need one more. */
const MOST_MEASUREMENTS = 3;
const AGAIN = 'Run it again on a quiet machine.';

/**
 * Measures an operation and compares it with the past. Measures again if the result looks slower, because another process
 * can slow down one measurement, and if the machine was too busy, or the answers were read too late, for a comparison. A
 * regression must show in two measurements. Returns the last valid measurement. If the machine stayed busy, and prevented a
 * comparison or a confirmation, `notCompared` has the reason.
 */
export async function measureAgainst(
  past: Past,
  measureOnce: () => Promise<BenchmarkResult>,
  facts: RunFacts,
): Promise<BenchmarkResult> {
  let suspected: BenchmarkResult | undefined;
  let last: BenchmarkResult | undefined;
  let busy = '';
  for (let made = 0; made < MOST_MEASUREMENTS; made++) {
    const measured = await measureOnce();
    const comparison = await past.compare(recordOfBenchmarks([measured], { facts }));
    last = compared(measured, comparison);
    if (last.problem !== null) return last;
    if (last.overloaded !== null) {
      busy = last.overloaded;
      continue;
    }
    // The bracket was too wide for a decision; it is narrower on a quieter machine.
    if (comparison.isTooCoarse && last.regressions.length === 0) {
      busy = 'the generator read the answers too late for a comparison';
      continue;
    }
    if (suspected) return confirmed(suspected, last);
    if (last.regressions.length === 0) return last;
    suspected = last;
  }
  return suspected ? unsettled(suspected, busy) : last!;
}

/** The measurement with its comparison. A measurement of a busy machine is not compared. */
function compared(measured: BenchmarkResult, comparison: Comparison): BenchmarkResult {
  const { operation, overloaded } = measured;
  const known = comparableWith(comparison, operation);
  const busy =
    overloaded !== null && known !== undefined ? `Not compared with ${known}: ${overloaded}. ${AGAIN}` : null;
  const notCompared = comparison.notCompared ?? busy;
  return {
    ...measured,
    comparedWith: notCompared === null ? comparison.with : '',
    notCompared,
    ...(notCompared === null ? { compared: comparison.compared } : {}),
    regressions: [...comparison.regressions],
  };
}

/** The second measurement, with the regressions of both measurements; those of only the first are unconfirmed. */
function confirmed(first: BenchmarkResult, second: BenchmarkResult): BenchmarkResult {
  const regressions = stillRegressed(first.regressions, second.regressions);
  const isConfirmed = ({ metric }: BenchmarkResult['regressions'][number]) =>
    regressions.some((one) => one.metric === metric);
  return { ...second, regressions, unconfirmed: first.regressions.filter((one) => !isConfirmed(one)) };
}

/** The first measurement, if a busy machine prevented the second. */
function unsettled(first: BenchmarkResult, busy: string): BenchmarkResult {
  const metrics = first.regressions.map(({ metric }) => metric).join(' and ');
  return {
    ...first,
    compared: undefined,
    regressions: [],
    unconfirmed: first.regressions,
    notCompared: `${metrics} looked slower than before, and could not be measured again: ${busy}. ${AGAIN}`,
  };
}
