import { test } from '../../fixtures/index.ts';
import { OPERATION } from '../../src/results/evidence/asked.ts';
import { benchmarks, settings } from './endpoints.ts';

test.describe('How fast is one operation, with nobody else around?', () => {
  for (const benchmark of benchmarks) {
    const annotation = { type: OPERATION, description: benchmark.operation };
    test(`${benchmark.title}: ${settings.ITERATIONS} calls, ${settings.BENCH_CONCURRENCY} at a time`, {
      annotation,
    }, async ({ bench }) => {
      await bench.measure(benchmark);
    });
  }
});
