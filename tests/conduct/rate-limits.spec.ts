import { test } from '../../fixtures/index.ts';
import { rateLimits } from '../../src/conduct/questions/rate-limits.ts';

test.describe(rateLimits.question, () => {
  test('one user reads until a call is limited', async ({ conduct }) => {
    await conduct.ask(rateLimits);
  });
});
