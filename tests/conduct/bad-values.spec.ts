import { test } from '../../fixtures/index.ts';
import { badValues } from '../../src/conduct/questions/bad-values.ts';

test.describe(badValues.question, () => {
  test('each value is made wrong, and each agreed limit is passed by one', async ({ conduct }) => {
    await conduct.ask(badValues);
  });
});
