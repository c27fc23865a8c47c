import type { PageData } from '../../../../src/views/page/page-data.ts';
import type { SoakReport } from '../../../../src/views/report-part.ts';
import { soaked, soakReport } from '../../results/soaked.ts';
import { expect, inkOf, test } from './opened-page.ts';

function pageOf(soak: SoakReport): PageData {
  return { runId: '20261123-140000-abcd', crowds: [], soak, answers: [], experiments: [], benchmarks: [] };
}

test('shows the metrics with the cause first, their curves, and the rounds', async ({ open }) => {
  const { page, complaints } = await open(pageOf(soakReport()));
  await expect(page.locator('.answer')).toContainText('timers did not return to rest');
  const rows = page.locator('table.soak-metrics tbody tr');
  await expect(rows).toHaveCount(4);
  await expect(rows.first()).toContainText('grows');
  await expect(rows.first()).toContainText('+3,600 (3,550 to 3,650)');
  await expect(rows.nth(1)).toContainText('512 MiB in 33 h (at least 25 h)');
  await expect(page.locator('table.rounds tbody tr')).toHaveCount(4);
  await expect(page.locator('[data-panel^="soak-metric"]')).toHaveCount(4);
  for (const ink of await inkOf(page)) expect(ink).toBeGreaterThan(100);
  await page.getByText('Counts at rest, after each round').click();
  await expect(page.locator('[id$="-rest"] tbody tr').first()).toContainText('603');
  expect(complaints).toEqual([]);
});

test('writes names of foreign metrics as text', async ({ open }) => {
  const { page, file, complaints } = await open(pageOf(soakReport()));
  await expect(page.locator('main img')).toHaveCount(0);
  await expect(page.locator('table.soak-metrics')).toContainText('<img src=x onerror=alert(1)>');
  expect(file).not.toContain('<img');
  expect(complaints).toEqual([]);
});

test('shows a soak that was killed in its third round', async ({ open }) => {
  const stopped = { reason: 'its main process was killed', isInterrupted: true };
  const { page, complaints } = await open(pageOf(soakReport(soaked({ rounds: 3, of: 8, stopped }), [])));
  await expect(page.locator('.verdict .word')).toHaveText('Interrupted');
  await expect(page.locator('.partial')).toBeVisible();
  await expect(page.getByText('No metric was judged.')).toBeVisible();
  await expect(page.locator('table.rounds tbody tr')).toHaveCount(3);
  expect(complaints).toEqual([]);
});

test('stays small after eight hours with 64 metrics', async ({ open }) => {
  const evidence = soaked({ rounds: 48, workMs: 540_000, restMs: 60_000, more: 60 });
  expect(evidence.samples).toHaveLength(5760);
  const { page, file, complaints } = await open(pageOf(soakReport(evidence)));
  expect(file.length).toBeLessThan(600_000);
  await expect(page.locator('table.soak-metrics tbody tr')).toHaveCount(64);
  await expect(page.locator('table.rounds tbody tr')).toHaveCount(48);
  await page.getByText('Counts at rest, after each round (16 of 48 rounds)').click();
  expect(complaints).toEqual([]);
});
