import { test } from '../../fixtures/index.ts';
import { answerHeaders } from '../../src/conduct/questions/answer-headers.ts';

test.describe(answerHeaders.question, () => {
  test('cache-control of reads, and the banner', async ({ conduct }) => {
    await conduct.ask(answerHeaders);
  });
});
