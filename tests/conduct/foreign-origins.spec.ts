import { test } from '../../fixtures/index.ts';
import { foreignOrigins } from '../../src/conduct/questions/foreign-origins.ts';

test.describe(foreignOrigins.question, () => {
  test('a call, a preflight and a polling handshake from a foreign origin', async ({ conduct }) => {
    await conduct.ask(foreignOrigins);
  });
});
