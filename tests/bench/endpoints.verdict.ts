import { expect, test } from '../../fixtures/index.ts';
import { reasonsAgainst } from '../../src/history/past.ts';
import { benchmarks, settings } from './endpoints.ts';

for (const { operation, title } of benchmarks) {
  test.describe(`How fast is it, and has it become slower: ${title}?`, () => {
    test('all calls were measured', async ({ benchmarked }) => {
      expect(benchmarked.result(operation).trouble).toBeNull();
    });

    for (const { text } of settings.benchTargets.filter((target) => target.operation === operation)) {
      test(`target: ${text}`, async ({ benchmarked }) => {
        await benchmarked.expectMet(operation, text);
      });
    }

    test('not slower than before', async ({ benchmarked }) => {
      expect(reasonsAgainst(benchmarked.result(operation))).toEqual([]);
    });
  });
}
