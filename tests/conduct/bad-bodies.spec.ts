import { test } from '../../fixtures/index.ts';
import { badBodies } from '../../src/conduct/questions/bad-bodies.ts';

test.describe(badBodies.question, () => {
  test('malformed, empty and deep bodies, and wrong content types', async ({ conduct }) => {
    await conduct.ask(badBodies);
  });
});
