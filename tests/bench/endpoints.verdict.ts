import { test } from '../../fixtures/index.ts';
import { reasonsAgainst } from '../../src/history/past.ts';
import { reasonText } from '../../src/history/reason.ts';
import { expectNone } from '../../src/kernel/errors.ts';
import { failureKind, purpose } from '../../src/results/annotations.ts';
import { benchmarks, settings } from './endpoints.ts';

for (const { operation, title } of benchmarks) {
  test.describe(`How fast is it, and has it become slower: ${title}?`, () => {
    test('all calls were measured', { annotation: purpose('counts') }, async ({ benchmarked }) => {
      const { problem } = benchmarked.result(operation);
      expectNone(problem === null ? [] : [problem]);
    });

    for (const { text } of settings.benchTargets.filter((target) => target.operation === operation)) {
      test(`target: ${text}`, { annotation: purpose('target') }, async ({ benchmarked }) => {
        await benchmarked.expectMet(operation, text);
      });
    }

    test(
      'not slower than before',
      { annotation: purpose('comparison') },
      async ({ benchmarked }, testInfo) => {
        const result = benchmarked.result(operation);
        const reasons = reasonsAgainst(result);
        if (reasons.length > 0)
          testInfo.annotations.push(failureKind(result.regressions.length > 0 ? 'slower' : 'inconclusive'));
        expectNone(reasons.map(reasonText));
      },
    );
  });
}
