import { test } from '../../fixtures/index.ts';
import { actingForOthers } from '../../src/conduct/questions/acting-for-others.ts';

test.describe(actingForOthers.question, () => {
  test('control, hand, leave and network report', async ({ conduct }) => {
    await conduct.ask(actingForOthers);
  });
});
