import { benchmarks } from '../../src/benchmarks/catalogue/index.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { UserError } from '../../src/kernel/errors.ts';

/** What the benchmarks and their verdict have to agree on. */
export { benchmarks };
export const settings = loadSettings();

const operations = benchmarks.map(({ operation }) => operation);
const unknown = settings.benchTargets.filter(({ operation }) => !operations.includes(operation!));
if (unknown.length > 0)
  throw new UserError(
    unknown
      .map(
        ({ text, operation }) =>
          `BENCH_TARGETS: target "${text}": nothing measures "${operation}". Use one of: ${operations.join(', ')}.`,
      )
      .join('\n'),
  );
