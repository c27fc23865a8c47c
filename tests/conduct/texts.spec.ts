import { test } from '../../fixtures/index.ts';
import { textsAsTexts } from '../../src/conduct/questions/texts.ts';

test.describe(textsAsTexts.question, () => {
  test('SQL, HTML and unusual characters in every text', async ({ conduct }) => {
    await conduct.ask(textsAsTexts);
  });
});
