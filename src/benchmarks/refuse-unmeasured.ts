import { UserError } from '../kernel/errors.ts';
import type { Target } from '../targets/target.ts';
import type { Benchmark } from './benchmark.ts';

/** Throws a UserError that names every target whose operation no benchmark measures. */
export function refuseUnmeasured(
  targets: readonly Target[],
  benchmarks: readonly Pick<Benchmark, 'operation'>[],
): void {
  const operations = benchmarks.map(({ operation }) => operation);
  const unknown = targets.filter(({ operation }) => !operations.includes(operation!));
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
