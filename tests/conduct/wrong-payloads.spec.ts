import { test } from '../../fixtures/index.ts';
import { wrongPayloads } from '../../src/conduct/questions/wrong-payloads.ts';

test.describe(wrongPayloads.question, () => {
  test('each event with each wrong payload', async ({ conduct }) => {
    await conduct.ask(wrongPayloads);
  });
});
