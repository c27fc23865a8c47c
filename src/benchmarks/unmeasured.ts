import { wordHint } from '../kernel/nearest-word.ts';
import type { Target } from '../targets/target.ts';
import type { Benchmark } from './benchmark.ts';
import { measurable } from './catalogue/index.ts';

/**
 * A sentence for each target whose operation no benchmark measures. One of fullhouse's own operations that the contract of
 * the service has not is no mistake: the usual targets name all of them.
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
        `BENCH_TARGETS: target "${text}": nothing measures "${operation}". ${wordHint(operation, operations)}`,
    );
}
