import { type Comparison, comparableWith, type Past } from '../history/past.ts';
import { stillRegressed } from '../history/regressions.ts';
import type { RunFacts } from '../history/run-facts.ts';
import { recordOfBenchmarks } from './record.ts';
import type { BenchmarkResult } from './result.ts';

/** A busy machine may need one more. */
const MOST_MEASUREMENTS = 3;
const AGAIN = 'Run it again on a quiet machine.';

/**
 * Measures once, and again where that looks slower than the past, or where the machine was too busy to tell, or its answers
 * were read too late to tell: a neighbour makes anything slow once. A regression is what two measurements show. Answers the last one that can be judged. What
 * could not be compared, or not confirmed, because the machine stayed busy, has the reason in `notCompared`.
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
    if (last.trouble !== null) return last;
    if (last.breathless !== null) {
      busy = last.breathless;
      continue;
    }
    // A bracket that was too wide to tell is narrower on a quieter machine.
    if (comparison.isTooCoarse && last.regressions.length === 0) {
      busy = 'the generator read answers too late to tell';
      continue;
    }
    if (suspected) return confirmed(suspected, last);
    if (last.regressions.length === 0) return last;
    suspected = last;
  }
  return suspected ? unsettled(suspected, busy) : last!;
}

/** What was measured beside the past; on a busy machine it is beside nothing. */
function compared(measured: BenchmarkResult, comparison: Comparison): BenchmarkResult {
  const { operation, breathless } = measured;
  const known = comparableWith(comparison, operation);
  const busy =
    breathless !== null && known !== undefined ? `Not compared with ${known}: ${breathless}. ${AGAIN}` : null;
  const notCompared = comparison.notCompared ?? busy;
  return {
    ...measured,
    comparedWith: notCompared === null ? comparison.with : '',
    notCompared,
    ...(notCompared === null ? { compared: comparison.compared } : {}),
    regressions: [...comparison.regressions],
  };
}

/** The second with those regressions that the first one had too, and beside them those that only the first one had. */
function confirmed(first: BenchmarkResult, second: BenchmarkResult): BenchmarkResult {
  const regressions = stillRegressed(first.regressions, second.regressions);
  const isConfirmed = ({ metric }: BenchmarkResult['regressions'][number]) =>
    regressions.some((one) => one.metric === metric);
  return { ...second, regressions, unconfirmed: first.regressions.filter((one) => !isConfirmed(one)) };
}

/** The first one, which a busy machine left without a second. */
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
