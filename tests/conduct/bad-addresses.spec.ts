import { test } from '../../fixtures/index.ts';
import { badAddresses } from '../../src/conduct/questions/bad-addresses.ts';

test.describe(badAddresses.question, () => {
  test('ids and pages of the list, each wrong in one way', async ({ conduct }) => {
    await conduct.ask(badAddresses);
  });
});
