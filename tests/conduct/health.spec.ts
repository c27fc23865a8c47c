import { test } from '../../fixtures/index.ts';
import { health } from '../../src/conduct/questions/health.ts';

test.describe(health.question, () => {
  test('the database is stopped under the service', async ({ conduct }) => {
    await conduct.ask(health);
  });
});
