import type { Capacity } from '../../../../src/capacity/evidence.ts';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import type { PageData } from '../../../../src/views/page/page-data.ts';
import { allLevels, hostile, levelOf, nothing } from '../../results/searched.ts';
import { searchedCrowd } from '../../results/searched-run.ts';
import { expect, inkOf, test } from './opened-page.ts';

function pageOf(over: Partial<Capacity> = {}): PageData {
  const crowd = searchedCrowd(over);
  const shown = { summary: summarise(crowd), evidence: crowd };
  return { runId: '20261123-140000-abcd', crowds: [shown], answers: [], experiments: [], benchmarks: [] };
}

test('shows the answer, each level with its verdict, and the curves over the load', async ({ open }) => {
  const { page, complaints } = await open(pageOf());
  await expect(page.locator('.answer')).toContainText('430 users hold, 452 do not (95% confidence)');
  const rows = page.locator('table.levels tbody tr');
  await expect(rows).toHaveCount(12);
  await expect(rows.first()).toContainText('10 users');
  await expect(rows.nth(6)).toContainText('breaks');
  await expect(rows.nth(6)).toContainText('88.2% (86.1–90.3)');
  await expect(rows.nth(6)).toContainText('service CPU 0.99 cores (limit 0.95 cores)');
  await expect(page.locator('[data-search] .plot canvas')).toHaveCount(3);
  for (const ink of await inkOf(page)) expect(ink).toBeGreaterThan(100);
  await expect(page.locator('.shapes')).toContainText('undecided');
  await expect(page.getByText('Universal Scalability Law')).toBeVisible();
  await expect(page.locator('.faults')).toContainText('640 users break');
  expect(complaints).toEqual([]);
});

test('shows a search in which nothing holds, without curves and without a required capacity', async ({
  open,
}) => {
  const { page, complaints } = await open(
    pageOf({ answer: nothing, levels: [levelOf(10, 'breaks'), levelOf(1, 'breaks')], scalability: null }),
  );
  await expect(page.locator('.verdict .word')).toHaveText('Failed');
  await expect(page.locator('table.levels tbody tr')).toHaveCount(2);
  await expect(page.locator('[data-search]')).toHaveCount(0);
  await expect(page.locator('table.targets')).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test('shows a search without a level, and names of resources as text', async ({ open }) => {
  const none = await open(pageOf({ answer: null, levels: [] }));
  await expect(none.page.getByText('No level was judged.')).toBeVisible();
  const [first, ...others] = allLevels();
  const named = { ...first!, message: hostile, generator: hostile };
  const { page, complaints } = await open(pageOf({ levels: [named, ...others] }));
  await expect(page.locator('table.levels img')).toHaveCount(0);
  await expect(page.locator('table.levels tbody tr').first()).toContainText('<img src=x');
  expect(complaints).toEqual([]);
});

test('fits a narrow screen', async ({ open }) => {
  const { page } = await open(pageOf({ atLeast: 500 }), { viewport: { width: 390, height: 800 } });
  const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  expect(isWide).toBe(false);
});
