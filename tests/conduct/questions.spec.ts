import { test } from '../../fixtures/index.ts';
import { questions } from '../../src/conduct/questions/index.ts';

for (const question of questions)
  test.describe(question.question, () => {
    test(question.facts, async ({ conduct }) => {
      await conduct.ask(question);
    });
  });
