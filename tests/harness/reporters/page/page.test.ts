import { AxeBuilder } from '@axe-core/playwright';
import { summariseBenchmarks } from '../../../../src/reporters/summary/benchmark.ts';
import { fine, record, report, summaryOf } from '../summary/crowd-records.ts';
import { expect, inkOf, test } from './opened-page.ts';

const runId = '20261123-140000-abcd';
const nothing = { experiments: [], benchmarks: summariseBenchmarks([]) };
const calm = () => ({ runId, crowds: [summaryOf(record(fine()))], ...nothing });

test('shows verdict, targets, generator and run, and draws its charts, without a complaint', async ({
  open,
}) => {
  const { page, complaints } = await open(calm());
  await expect(page.getByRole('heading', { level: 2 })).toHaveText('Passed crowd');
  const targets = page.getByRole('table', { name: 'Targets' });
  await expect(targets.getByRole('row')).toHaveCount(3);
  await expect(targets.getByRole('row', { name: /p95 < 100 ms/ })).toContainText('80 % to spare');
  await expect(page.getByRole('table', { name: /Generator kept up/ })).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: 'http://127.0.0.1:3002' })).toBeVisible();
  const ink = await inkOf(page);
  expect(ink.length).toBe(5);
  for (const pixels of ink) expect(pixels).toBeGreaterThan(500);
  expect(complaints).toEqual([]);
});

test.describe('text from outside', () => {
  const hostile = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)> "\'`&';
  const trouble = report(1, [{ outcome: 'http 503', count: 30 }, { name: `get ${hostile}` }], {
    drops: { [hostile]: 2 },
  });

  test('is shown and never read as markup', async ({ open }) => {
    const summary = summaryOf(record([trouble, report(2, [{}])]));
    summary.operations['meeting.get']!.causes[0]!.samples.push(hostile);
    const { page, complaints } = await open({ runId: hostile, crowds: [summary], ...nothing });
    await expect(page.getByRole('cell', { name: hostile })).toBeVisible();
    await expect(page.getByText(`Connections dropped: ${hostile}`)).toBeVisible();
    await expect(page).not.toHaveTitle('owned');
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`passes the automated accessibility check, ${colorScheme}`, async ({ open }) => {
    const { page } = await open(calm(), { colorScheme });
    const { violations, passes } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.length).toBeGreaterThan(20);
  });
}
