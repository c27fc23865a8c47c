import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../../network/page/page-fixture.ts';
import { idOf } from './listed.ts';
import { evil, RUNS, tenRuns } from './ten-runs.ts';

test('ten runs are filtered, and two ticked ones open as one page', async ({ page }) => {
  const url = await tenRuns();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${url}#verdict=failed&phase=nonsense`);

  // The address restores the filter; what does not exist is ignored.
  const rows = page.locator('tbody[data-run]:visible');
  await expect(rows).toHaveCount(3);
  await expect(page.getByRole('combobox', { name: 'Phase' })).toHaveValue('');
  await page.getByRole('combobox', { name: 'Verdict' }).selectOption('all');
  await page.getByRole('searchbox', { name: 'Text' }).fill(`${idOf(8)} load`);
  await expect(rows).toHaveCount(1);
  expect(new URL(page.url()).hash).toBe(`#q=${idOf(8)}+load`);
  await page.getByRole('searchbox', { name: 'Text' }).fill('');
  await expect(rows).toHaveCount(RUNS);
  await expect(rows.first().getByRole('link').first()).toHaveAttribute('href', `runs/${idOf(9)}/index.html`);

  // The first calls of the hostile operation fail: the name is part of a link, and never markup.
  await expect(rows.first().getByRole('link', { name: 'Show 0:00 to 0:01' })).toHaveAttribute(
    'href',
    /#section=load--crowd--charts&operation=%3Cimg[^<]*&from=0&to=1$/,
  );
  const p95 = page.locator('.trend', { hasText: 'latency p95' });
  await p95.locator('svg').hover();
  await expect(p95.getByRole('status')).toContainText(/20261201-12\d{4}-abcd: \d+/);

  // Two runs, not one and not three.
  const compare = page.getByRole('button', { name: 'Compare' });
  for (const minute of [9, 2]) {
    await expect(compare).toBeDisabled();
    await page.getByRole('checkbox', { name: idOf(minute) }).check();
  }
  await page.getByRole('checkbox', { name: idOf(5) }).check();
  await expect(compare).toBeDisabled();
  await page.getByRole('checkbox', { name: idOf(5) }).uncheck();
  await compare.click();
  await expect(page.getByRole('heading', { name: /^[AB] 2026/ })).toHaveText([
    `A ${idOf(2)}`,
    `B ${idOf(9)}`,
  ]);
  expect(new URL(page.url()).hash).toBe(`#compare=${idOf(2)},${idOf(9)}`);
  // Users, requests, two percentiles, the error rate, and the distribution.
  await expect(page.locator('.plot canvas')).toHaveCount(6);
  await expect(page.getByText('Without enough samples at any point: P99 of successes.')).toBeVisible();
  await expect(page.locator('.warning')).toContainText('MEETING_SIZE: 1000 in A, 3 in B');
  const figures = page.locator('table.figures tbody', {
    has: page.getByRole('rowheader', { name: 'meeting.get' }),
  });
  await expect(figures.getByRole('row', { name: 'P50' })).toContainText(/20\.0 ms.*180 ms.*× 9\.0\d.*slower/);
  const same = page.locator('table.figures tbody', {
    has: page.getByRole('rowheader', { name: 'meeting.join' }),
  });
  await expect(same.getByRole('row', { name: 'P50' })).toContainText('not beyond chance');
  await expect(page.getByRole('rowheader', { name: evil })).toBeVisible();
  await page.getByRole('combobox', { name: 'Show' }).selectOption('meeting.join');
  // Two slices with five calls per second.
  await expect(
    page.getByText('Without enough samples at any point: P95 of successes, P99 of successes.'),
  ).toBeVisible();

  // The deep suite looks at every width and colour.
  const wide = await new AxeBuilder({ page }).analyze();
  expect(wide.violations).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(390);

  // An address is no path: only listed runs are loaded.
  await page.goto(`${url}#compare=../../secret,${idOf(9)}`);
  await expect(page.getByText('This page cannot compare ../../secret')).toBeVisible();
  await page.getByRole('button', { name: 'All runs' }).click();
  await expect(rows).toHaveCount(RUNS);
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await page.goBack();
  await expect(rows).toHaveCount(0);
  expect(complaints).toEqual([]);
});
