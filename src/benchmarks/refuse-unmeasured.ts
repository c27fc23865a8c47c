import { UserError } from '../kernel/errors.ts';
import type { Target } from '../targets/target.ts';
import type { Benchmark } from './benchmark.ts';
import { measurable } from './catalogue/index.ts';

/**
 * Throws a UserError that names every target whose operation no benchmark measures. One of fullhouse's own operations
 * that the contract of the service has not is no mistake: the usual targets name all of them.
 */
export function refuseUnmeasured(
  targets: readonly Target[],
  benchmarks: readonly Pick<Benchmark, 'operation'>[],
): void {
  const operations = benchmarks.map(({ operation }) => operation);
  const isKnown = (operation = '') => operations.includes(operation) || measurable.has(operation);
  const unknown = targets.filter(({ operation }) => !isKnown(operation));
  if (unknown.length === 0) return;
  throw new UserError(
    unknown
      .map(
        ({ text, operation }) =>
          `BENCH_TARGETS: target "${text}": nothing measures "${operation}". Use one of: ${operations.join(', ')}.`,
      )
      .join('\n'),
  );
}
