import { test } from '../../fixtures/index.ts';
import { benchmarks, settings } from './endpoints.ts';

test.describe('How fast is one operation, with nobody else around?', () => {
  for (const benchmark of benchmarks) {
    test(`${benchmark.title}: ${settings.ITERATIONS} calls, ${settings.BENCH_CONCURRENCY} at a time`, async ({
      bench,
    }) => {
      await bench.measure(benchmark);
    });
  }
});
