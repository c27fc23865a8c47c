import { test } from '../../fixtures/index.ts';
import { joiningTwice } from '../../src/conduct/questions/joining-twice.ts';

test.describe(joiningTwice.question, () => {
  test('in turn, at once, and beside a reconnect', async ({ conduct }) => {
    await conduct.ask(joiningTwice);
  });
});
