import { test } from '../../fixtures/index.ts';
import { idleConnections } from '../../src/conduct/questions/idle-connections.ts';

test.describe(idleConnections.question, () => {
  test('a connection is left idle after one answer', async ({ conduct }) => {
    await conduct.ask(idleConnections);
  });
});
