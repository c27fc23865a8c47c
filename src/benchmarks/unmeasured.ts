import { wordHint } from '../kernel/errors.ts';
import type { Target } from '../targets/target.ts';
import type { Benchmark } from './benchmark.ts';
import { measurable } from './catalogue/index.ts';

/**
 * A sentence for each target whose operation no benchmark measures. An operation that the harness knows by name and the
 * contract lacks is not a mistake: the default targets name all of them.
 */
export function unmeasured(
  targets: readonly Target[],
  benchmarks: readonly Pick<Benchmark, 'operation'>[],
): string[] {
  const operations = benchmarks.map(({ operation }) => operation);
  return targets
    .filter(({ operation = '' }) => !operations.includes(operation) && !measurable.has(operation))
    .map(
      ({ text, operation = '' }) =>
        `BENCH_TARGETS: target "${text}": no benchmark measures "${operation}". ${wordHint(operation, operations)}`,
    );
}
