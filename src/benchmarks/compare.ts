import type { Past } from '../history/past.ts';
import { stillRegressed } from '../history/regressions.ts';
import type { RunFacts } from '../history/run-facts.ts';
import { recordOfBenchmarks } from './record.ts';
import type { BenchmarkResult } from './result.ts';

/** A busy machine may need one more. */
const MOST_MEASUREMENTS = 3;

/**
 * Measures once, and again where that looks slower than the past, or where the machine was too busy to tell: a neighbour
 * makes anything slow once. A regression is what two measurements show. Answers the last one that can be judged.
 */
export async function measureAgainst(
  past: Past,
  measureOnce: () => Promise<BenchmarkResult>,
  facts: RunFacts,
): Promise<BenchmarkResult> {
  let suspected: BenchmarkResult | undefined;
  let last: BenchmarkResult | undefined;
  for (let made = 0; made < MOST_MEASUREMENTS; made++) {
    const measured = await measureOnce();
    const { regressions, with: comparedWith } = await past.compare(recordOfBenchmarks([measured], { facts }));
    last = { ...measured, comparedWith, regressions: [...regressions] };
    if (last.trouble !== null) return last;
    if (last.breathless !== null) continue;
    if (suspected) return confirmed(suspected, last);
    if (last.regressions.length === 0) return last;
    suspected = last;
  }
  return suspected ? confirmed(suspected, { ...suspected, regressions: [] }) : last!;
}

/** The second with those regressions that the first one had too, and beside them those that only the first one had. */
function confirmed(first: BenchmarkResult, second: BenchmarkResult): BenchmarkResult {
  const regressions = stillRegressed(first.regressions, second.regressions);
  const isConfirmed = ({ metric }: BenchmarkResult['regressions'][number]) =>
    regressions.some((one) => one.metric === metric);
  return { ...second, regressions, unconfirmed: first.regressions.filter((one) => !isConfirmed(one)) };
}
