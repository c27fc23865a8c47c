import type { Locator, Page } from '@playwright/test';
import { expect, inkOf, test } from './opened-page.ts';
import { richRun } from './rich-run.ts';

const load = () => ({
  ...richRun(),
  experiments: [],
  benchmarks: [],
});
const panel = (page: Page, title: string) => page.locator('.time figure.panel').filter({ hasText: title });
/** The names of the rows that are shown, in their order. */
const names = (table: Locator) =>
  table.locator('tbody:not([hidden]) tr:not([hidden], [data-head]) th').allTextContents();

test.describe('the table of operations', () => {
  test('sorts by a clicked column and reverses the order on a second click', async ({ open }) => {
    const { page } = await open(load());
    const table = page.getByRole('group', { name: 'Table of operations' }).getByRole('table');
    const [p95, name] = [
      table.getByRole('columnheader', { name: 'P95', exact: true }),
      table.getByRole('columnheader', { name: 'Operation' }),
    ];
    const shown = await names(table);
    await p95.getByRole('button').click();
    await expect(p95).toHaveAttribute('aria-sort', 'descending');
    const values = () =>
      table
        .locator('tbody:first-of-type td:nth-child(7)')
        .evaluateAll((all) => all.map((cell) => Number(cell.getAttribute('data-value'))));
    const descending = await values();
    expect(descending).toEqual([...descending].sort((one, other) => other - one));
    await p95.getByRole('button').click();
    await expect(p95).toHaveAttribute('aria-sort', 'ascending');
    expect(await values()).toEqual(descending.reverse());
    await name.getByRole('button').click();
    await expect(p95).not.toHaveAttribute('aria-sort');
    // Each group is sorted by itself: observations are not compared with requests.
    const [observed, ...requests] = [...shown].reverse();
    expect(await names(table)).toEqual([...requests.sort(), observed]);
  });

  test('filters operations by name and shows the number of matches', async ({ open }) => {
    const { page } = await open(load());
    const table = page.getByRole('group', { name: 'Table of operations' }).getByRole('table');
    const filter = page.getByRole('searchbox', { name: 'Filter' }).first();
    await filter.fill('MEETING j');
    expect(await names(table)).toEqual(['meeting.join']);
    await expect(page.getByRole('status').filter({ hasText: 'of 4' })).toHaveText('1 of 4');
    await expect(table.getByRole('rowheader', { name: 'Room events' })).toBeHidden();
    await filter.fill('nothing like it');
    expect(await names(table)).toEqual([]);
    await filter.fill('');
    expect(await names(table)).toHaveLength(4);
  });

  test('shows a clicked operation in all charts', async ({ open }) => {
    const { page } = await open(load());
    const requests = panel(page, 'Requests by outcome');
    await requests.getByText('Table').click();
    const rate = () =>
      requests.getByRole('table').locator('tbody tr').nth(5).locator('td').first().textContent();
    expect(await rate()).toBe('24/s');
    await page.getByRole('button', { name: 'meeting.get', exact: true }).click();
    expect(await rate()).toBe('8/s');
    for (const select of await page.getByRole('combobox', { name: 'Show' }).all())
      await expect(select).toHaveValue('meeting.get');
    await page.getByRole('combobox', { name: 'Show' }).first().selectOption({ label: 'all requests' });
    expect(await rate()).toBe('24/s');
  });
});

test.describe('the time axis', () => {
  const shownTime = (page: Page) => page.locator('[data-shown-time]').first();

  test('zooms and moves all charts with buttons, within the run', async ({ open }) => {
    const { page } = await open(load());
    const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click();
    await expect(shownTime(page)).toHaveText('');
    await press('Zoom in');
    await expect(shownTime(page)).toHaveText('0:15 to 0:45');
    await press('Later');
    await expect(shownTime(page)).toHaveText('0:30 to 1:00');
    await press('Later');
    await expect(shownTime(page)).toHaveText('0:30 to 1:00');
    await press('Earlier');
    await expect(shownTime(page)).toHaveText('0:15 to 0:45');
    for (let time = 0; time < 6; time++) await press('Zoom in');
    await expect(shownTime(page)).toHaveText('0:28 to 0:32');
    await press('Whole run');
    await expect(shownTime(page)).toHaveText('');
  });

  test('zooms all charts on a drag and resets them on a double click', async ({ open }) => {
    const { page } = await open(load());
    const over = panel(page, 'Latency of successful calls').locator('.u-over');
    await over.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await over.boundingBox())!;
    await page.mouse.move(x + width * 0.25, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.5, y + height / 2, { steps: 5 });
    await page.mouse.up();
    await expect(shownTime(page)).toHaveText('0:15 to 0:30');
    await over.dblclick();
    await expect(shownTime(page)).toHaveText('');
  });

  test('shares one cursor between all charts, and legends show the values at the cursor', async ({
    open,
  }) => {
    const { page } = await open(load());
    const over = panel(page, 'Requests by outcome').locator('.u-over');
    await over.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await over.boundingBox())!;
    // Second 25 of 60, in the middle of the problem.
    await page.mouse.move(x + (width * 25) / 60, y + height / 2);
    const values = (title: string) => panel(page, title).locator('.key b').allTextContents();
    const valuesOf = (id: string) => page.locator(`[data-panel="${id}"] .key b`).allTextContents();
    await expect.poll(() => values('Failed calls by kind')).toEqual([expect.stringMatching(/^[\d.]+\/s$/)]);
    await expect.poll(() => values('Active users')).toEqual(['50']);
    await expect.poll(async () => (await valuesOf('generator-cpu'))[0]).toMatch(/cores$/);
    await expect.poll(async () => (await valuesOf('generator-browsers'))[0]).toMatch(/cores$/);
    await expect.poll(async () => (await valuesOf('service-memory'))[0]).toMatch(/MiB$/);
  });

  test('moves the cursor with the arrow keys', async ({ open }) => {
    const { page } = await open(load());
    const moment = page.getByRole('slider', { name: 'Moment' });
    await moment.focus();
    for (let second = 0; second < 3; second++) await page.keyboard.press('ArrowRight');
    await expect(moment).toHaveAttribute('aria-valuetext', '0:03 · 14:00:03 UTC');
    await expect(panel(page, 'Active users').locator('.key b')).toHaveText('50');
  });

  test('changes only the latency charts to a logarithmic scale', async ({ open }) => {
    const { page } = await open(load());
    const before = await inkOf(page);
    const log = page.getByRole('button', { name: 'Logarithmic latency' }).first();
    await log.click();
    await expect(log).toHaveAttribute('aria-pressed', 'true');
    const after = await inkOf(page);
    const titles = await page.locator('.time .panel h5').allTextContents();
    const changed = titles.filter((_, index) => before[index] !== after[index]);
    expect(changed).toEqual(expect.arrayContaining([expect.stringMatching(/^Latency of successful calls/)]));
    expect(changed.filter((title) => !title.includes(', ms'))).toEqual([]);
  });
});

test('the address keeps what is shown, and a link restores it', async ({ open }) => {
  const { page, complaints } = await open(load());
  const hash = () => Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));
  const show = (text: string) => page.goto(`${page.url().split('#')[0]}${text}`);
  const shownTime = page.locator('[data-shown-time]').first();
  const operation = page.getByRole('combobox', { name: 'Show' }).first();
  const entries = () => page.evaluate(() => history.length);
  const before = await entries();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await operation.selectOption('meeting.get');
  const users = panel(page, 'Active users');
  const over = users.locator('.u-over');
  // The charts move while their titles change: the click waits until they stand still, and hits their centre.
  await over.click();
  const section = 'load--crowd--charts';
  await expect.poll(hash).toEqual({ section, operation: 'meeting.get', from: '15', to: '45', at: '30' });
  await expect(users.locator('.cursor-time')).toHaveText('0:30 · 14:00:30 UTC');
  await expect(shownTime).toHaveText('0:15 to 0:45, marked 0:30 · 14:00:30 UTC');
  expect(await entries()).toBe(before);

  await show('#section=load--crowd--charts&operation=meeting.join&from=20&to=30&at=25');
  await expect(shownTime).toHaveText('0:20 to 0:30, marked 0:25 · 14:00:25 UTC');
  await expect(operation).toHaveValue('meeting.join');
  await expect(panel(page, 'Latency of successful calls of meeting.join')).toBeInViewport();
  // The values at the mark, without a cursor.
  await page.mouse.move(0, 0);
  await expect(users.locator('.key b')).toHaveText('50');
  await show('#load--crowd--targets');
  await expect(page.getByRole('table', { name: 'Targets' })).toBeInViewport();
  await expect(operation).toHaveValue('meeting.join');
  for (const bad of [
    'operation=nothing&from=9&to=3&at=x',
    'section=%3Cimg%3E&from=-1&to=1e9&at=99',
    '%E0%A4%A',
  ]) {
    await show(`#${bad}`);
    await expect(page.getByRole('heading', { level: 2 })).toHaveCount(1);
  }
  await show('#operation=nothing&from=9&to=3&at=x');
  await expect(operation).toHaveValue('');
  await expect(shownTime).toHaveText('');
  for (let back = 0; back < 4; back++) await page.goBack();
  await expect(shownTime).toHaveText(/^0:20 to 0:30/);
  await page.goBack();
  await expect(shownTime).toHaveText(/^0:20 to 0:30, marked 0:25/);
  await page.goBack();
  await expect(shownTime).toHaveText(/^0:15 to 0:45, marked 0:30/);
  await expect(operation).toHaveValue('meeting.get');
  expect(complaints).toEqual([]);
});

test('the chart legend hides a line and shows it again', async ({ open }) => {
  const { page } = await open(load());
  const latency = panel(page, 'Latency of successful calls');
  const ink = async () => (await inkOf(page))[2]!;
  const before = await ink();
  const p99 = latency.getByRole('button', { name: 'P95' });
  await p99.click();
  await expect(p99).toHaveAttribute('aria-pressed', 'false');
  expect(await ink()).not.toBe(before);
  await p99.click();
  expect(await ink()).toBe(before);
});

test('the table of a chart shows its figures', async ({ open }) => {
  const { page } = await open(load());
  const errors = panel(page, 'Failed calls by kind');
  await expect(errors.getByRole('table')).toHaveCount(0);
  await errors.getByText('Table').click();
  const rows = errors.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(61);
  await expect(rows.first()).toHaveText('Timehttp 503');
  await expect(rows.nth(1)).toHaveText('0:000/s');
  await expect(rows.nth(26)).toHaveText(/^0:25[\d.]+\/s$/);
  await page.getByText('Table of the percentiles').click();
  const percentiles = page.getByRole('group', { name: 'Percentiles' }).getByRole('row');
  await expect(
    percentiles.filter({ has: page.getByRole('rowheader', { name: '50%', exact: true }) }),
  ).toHaveCount(1);
  await expect(percentiles.last()).toContainText('maximum of');
});

test.describe('the performance page without a mouse or a wide, light screen', () => {
  test('gives the keyboard access to the content first, then to every control', async ({ open }) => {
    const { page } = await open(load());
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    const reached = new Set<string>();
    for (let press = 0; press < 120 && !reached.has('BUTTON Operation'); press++) {
      await page.keyboard.press('Tab');
      reached.add(
        await page
          .locator(':focus')
          .evaluate((element) => `${element.tagName} ${element.textContent.trim()}`),
      );
    }
    for (const what of [
      'SUMMARY Settings',
      'BUTTON Zoom in',
      'BUTTON Whole run',
      'BUTTON Logarithmic latency',
      'BUTTON Operation',
    ])
      expect([...reached]).toContain(what);
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-sortable]').getByRole('columnheader').first()).toHaveAttribute(
      'aria-sort',
      'ascending',
    );
  });

  test('prints open sections and fitting charts, without controls', async ({ open }) => {
    const { page } = await open(richRun());
    await page.setViewportSize({ width: 720, height: 1000 });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await expect(page.getByText('30 connections were reset').first()).toBeVisible();
    for (const name of ['Zoom in', 'Logarithmic latency'])
      await expect(page.getByRole('button', { name })).toHaveCount(0);
    await expect(page.getByRole('searchbox')).toHaveCount(0);
    // Paper is white, whatever the screen was.
    expect(await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    expect(await page.locator('body').evaluate((body) => getComputedStyle(body).color)).toBe(
      'rgb(29, 30, 33)',
    );
    await expect.poll(async () => (await inkOf(page)).every((pixels) => pixels > 300)).toBe(true);
    const plots = page.locator('.plot');
    for (const plot of await plots.all()) {
      const box = (await plot.boundingBox())!;
      await expect
        .poll(async () => (await plot.locator('canvas').boundingBox())!.width)
        .toBeLessThanOrEqual(box.width + 1);
    }
    await page.emulateMedia({ media: 'screen' });
    await expect(page.getByText('30 connections were reset').first()).toBeHidden();
  });

  test('fits the width of a phone', async ({ open }) => {
    const { page } = await open(richRun(), {
      viewport: { width: 375, height: 700 },
      isMobile: true,
      hasTouch: true,
    });
    // Not the window's width: a phone widens it for a page that is too wide.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    await expect(page.getByRole('table', { name: 'Targets' })).toBeInViewport();
    // Nothing is cut: no table scrolls sideways.
    const sideways = await page
      .locator('.scroll, .wide')
      .evaluateAll((all) =>
        (all as unknown as Sized[])
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
          .map(({ textContent }) => textContent),
      );
    expect(sideways).toEqual([]);
    for (const pixels of await inkOf(page)) expect(pixels).toBeGreaterThan(0);
  });

  test('uses dark colours in the page and in the charts', async ({ open }) => {
    const { page } = await open(load(), { colorScheme: 'dark' });
    const background = () => page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
    expect(await background()).toBe('rgb(20, 21, 23)');
    const line = () =>
      page
        .locator('.plot canvas')
        .first()
        .evaluate((element) => {
          const canvas = element as unknown as { toDataURL(): string };
          return canvas.toDataURL();
        });
    const dark = await line();
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(line).not.toBe(dark);
    expect(await background()).toBe('rgb(246, 246, 244)');
  });
});

/** The used parts of the DOM: tests are compiled without DOM types. */
declare const document: { readonly documentElement: { readonly scrollWidth: number } };
interface Sized {
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly textContent: string;
}
declare const history: { readonly length: number };
declare function getComputedStyle(element: object): {
  readonly color: string;
  readonly backgroundColor: string;
};
