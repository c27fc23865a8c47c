import { test } from '../../fixtures/index.ts';
import { strangers } from '../../src/conduct/questions/strangers.ts';

test.describe(strangers.question, () => {
  test('the room, and the state after a reconnect', async ({ conduct }) => {
    await conduct.ask(strangers);
  });
});
