import { DEFECT_RULE } from '../../../service/defects/catalogue.ts';
import { questions } from '../../../src/conduct/questions/index.ts';
import { expect, test } from './asked.ts';
import { foundBy } from './found.ts';
import { bundles, seededConduct } from './seeded.ts';

test('the reference service without defects passes every conduct question', async ({ askOf }) => {
  const answers = await askOf(questions);
  expect(foundBy(answers)).toEqual({});
  expect(answers.map(({ id, state, reason }) => ({ id, state, reason }))).toEqual(
    questions.map(({ id }) => ({ id, state: 'passed', reason: null })),
  );
});

for (const bundle of bundles()) {
  const defects = bundle.map(({ defect }) => defect);
  test(`conduct finds exactly the seeded defects: ${defects.join(', ')}`, async ({ askOf }) => {
    const answers = await askOf(questions, { SERVICE_DEFECTS: defects.join() });
    expect(foundBy(answers)).toEqual(
      Object.fromEntries(bundle.map(({ question, finding }) => [question, [finding]])),
    );
    for (const { findings, state } of answers.filter((one) => one.findings.length > 0)) {
      const [finding] = findings;
      expect(state).toBe(finding!.severity === 'defect' ? 'failed' : 'passed');
      expect(finding!.samples[0]).toMatchObject({
        request: expect.stringMatching(/./),
        answer: expect.stringMatching(/./),
      });
    }
  });
}

test('every conduct question has a seeded defect that the reference service accepts', () => {
  expect([...new Set(seededConduct.map(({ question }) => question))].sort()).toEqual(
    questions.map(({ id }) => id).sort(),
  );
  for (const { defect } of seededConduct) expect(DEFECT_RULE).toContain(defect);
});
