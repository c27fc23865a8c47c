import { test } from '../../fixtures/index.ts';
import { rateLimits } from '../../src/conduct/questions/rate-limits.ts';

test.describe(rateLimits.question, () => {
  test('one user lists meetings until the service says 429', async ({ conduct }) => {
    await conduct.ask(rateLimits);
  });
});
