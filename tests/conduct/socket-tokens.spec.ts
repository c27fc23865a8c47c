import { test } from '../../fixtures/index.ts';
import { socketTokens } from '../../src/conduct/questions/socket-tokens.ts';

test.describe(socketTokens.question, () => {
  test('forged, unsigned, expired, missing, garbage, of another type, for another audience', async ({
    conduct,
  }) => {
    await conduct.ask(socketTokens);
  });
});
