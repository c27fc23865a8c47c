import type { BenchmarkResult } from '../../benchmarks/result.ts';
import type { Answered } from '../../conduct/answered.ts';
import { conductBlock } from '../../conduct/report.ts';
import { type AskedPhase, missingCount, missingText } from '../../results/evidence/asked.ts';
import type { PhaseContext } from '../phase-context.ts';
import { benchBlock } from './bench-block.ts';
import { type Concluded, countsOf } from './experiment-counts.ts';
import { fitted } from './fitted.ts';

export interface PhaseResults {
  readonly answers: readonly Answered[];
  readonly benchmarks: readonly BenchmarkResult[];
  readonly experiments: readonly Concluded[];
}

/** The result of each phase except the load, in lines; a phase without results is omitted. */
export function phaseBlocks(
  { answers, benchmarks, experiments }: PhaseResults,
  context: (phase: AskedPhase) => PhaseContext,
  options: { readonly isVerbose?: boolean } = {},
): string[][] {
  const blocks: string[][] = [];
  if (answers.length > 0) {
    const { missing, ...shown } = context('conduct');
    const [counts, ...findings] = conductBlock(answers);
    blocks.push(blockOf(shown, [[counts, ...missingCount('conduct', missing)].join(', '), ...findings]));
  }
  if (benchmarks.length > 0) blocks.push(benchBlock(benchmarks, context('bench'), options));
  if (experiments.length > 0) {
    const { missing, ...shown } = context('chaos');
    const counts = `Experiments: ${[countsOf(experiments), ...missingCount('chaos', missing)].join(', ')}`;
    blocks.push(blockOf(shown, [counts, ...missingText('chaos', missing)]));
  }
  return blocks;
}

/** The answer of a phase, its conditions, then its results. */
function blockOf(
  { answer, warnings, facts }: Omit<PhaseContext, 'missing'>,
  results: readonly string[],
): string[] {
  const said = answer === undefined ? [] : [answer.sentence, ''];
  return [...said, ...warnings, ...facts, ...results].flatMap((line) => fitted(line));
}
