import { AxeBuilder } from '@axe-core/playwright';
import type { Answered } from '../../../../src/conduct/answered.ts';
import { expect, test } from './opened-page.ts';
import { runId } from './rich-run.ts';

const answered = (over: Partial<Answered>): Answered => ({
  schema: 'fullhouse/conduct/2',
  id: 'texts',
  question: 'Is SQL and HTML in a text only text?',
  state: 'passed',
  reason: null,
  findings: [],
  startedAt: '2026-11-23T14:00:00.000Z',
  durationMs: 100,
  ...over,
});

const answers = [
  answered({}),
  answered({
    state: 'failed',
    question: 'Does HTTP refuse ids?',
    findings: [
      {
        name: 'raw-database-text',
        severity: 'defect',
        message: 'An answer contains raw text of the database.',
        samples: [{ request: 'GET /x', answer: '500 <script>conduct()</script>' }],
        more: 8,
      },
    ],
  }),
  answered({
    state: 'not applicable',
    question: 'Has a user one row?',
    reason: 'the service returns no roster',
  }),
];

test('the performance page lists conduct findings first, then questions with states and reasons', async ({
  open,
}) => {
  const { page, complaints } = await open({
    runId,
    crowds: [],
    answers,
    experiments: [],
    benchmarks: [],
  });
  await expect(page.getByRole('heading', { level: 2 })).toHaveText('Failed conduct');
  await expect(page.getByText('1 passed, 1 failed, 1 not applicable')).toBeVisible();
  const finding = page
    .getByRole('table', { name: 'Findings' })
    .getByRole('row', { name: /raw-database-text/ });
  await expect(finding).toContainText('defect');
  await expect(finding.getByRole('listitem')).toHaveText([
    'GET /x → 500 <script>conduct()</script>',
    'and 8 more',
  ]);
  const asked = page.getByRole('table', { name: 'Questions' });
  await expect(asked.getByRole('row', { name: /one row/ })).toContainText('the service returns no roster');
  expect(complaints).toEqual([]);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
});
