import { test } from '../../fixtures/index.ts';
import { httpTokens } from '../../src/conduct/questions/http-tokens.ts';

test.describe(httpTokens.question, () => {
  test('forged, unsigned, expired, missing, garbage, of another type, for another audience', async ({
    conduct,
  }) => {
    await conduct.ask(httpTokens);
  });
});
