import { test } from '../../fixtures/index.ts';
import { socketTokens } from '../../src/conduct/questions/socket-tokens.ts';

test.describe(socketTokens.question, () => {
  test('forged, unsigned, expired, missing, and each other fault that can be made', async ({ conduct }) => {
    await conduct.ask(socketTokens);
  });
});
