import type { BenchmarkResult } from '../../benchmarks/result.ts';
import type { Answered } from '../../conduct/answered.ts';
import { conductBlock } from '../../conduct/report.ts';
import { type AskedPhase, missingCount, missingText } from '../../results/evidence/asked.ts';
import type { PhaseContext } from '../phase-context.ts';
import { benchBlock } from './bench-block.ts';
import { type Concluded, countsOf } from './experiment-counts.ts';

export interface PhaseResults {
  readonly answers: readonly Answered[];
  readonly benchmarks: readonly BenchmarkResult[];
  readonly experiments: readonly Concluded[];
}

/** The result of each phase except the load, in lines; a phase without results is omitted. */
export function phaseBlocks(
  { answers, benchmarks, experiments }: PhaseResults,
  context: (phase: AskedPhase) => PhaseContext,
): string[][] {
  const blocks: string[][] = [];
  if (answers.length > 0) {
    const { warnings, facts, missing } = context('conduct');
    const [counts, ...findings] = conductBlock(answers);
    blocks.push([
      ...warnings,
      ...facts,
      [counts, ...missingCount('conduct', missing)].join(', '),
      ...findings,
    ]);
  }
  if (benchmarks.length > 0) blocks.push(benchBlock(benchmarks, context('bench')));
  if (experiments.length > 0) {
    const { warnings, facts, missing } = context('chaos');
    const counts = `Experiments: ${[countsOf(experiments), ...missingCount('chaos', missing)].join(', ')}`;
    blocks.push([...warnings, ...facts, counts, ...missingText('chaos', missing)]);
  }
  return blocks;
}
