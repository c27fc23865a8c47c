import { test } from '../../fixtures/index.ts';
import { httpTokens } from '../../src/conduct/questions/http-tokens.ts';

test.describe(httpTokens.question, () => {
  test('forged, unsigned, expired, missing, and each other fault that can be made', async ({ conduct }) => {
    await conduct.ask(httpTokens);
  });
});
