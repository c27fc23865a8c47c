import { LatencyHistogram } from '../../../../src/timings/latency-histogram.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { sliceReport } from '../../crowd/slice-reports.ts';
import { record, summaryOf } from '../../results/summary/crowd-records.ts';
import { expect, inkOf, openAll, test } from './opened-page.ts';
import { richCrowd, richRun, runId } from './rich-run.ts';

const SECONDS = 40;

/** A crowd with two browser participants: hands become visible often, but pages open only twice. */
function withPages() {
  const [protocol, pages] = [new Timings(0), new Timings(0)];
  for (let second = 0; second < SECONDS; second++) {
    const ends = second * 1000 + 500;
    for (let call = 0; call < 4; call++)
      protocol.operation('meeting.get').record('ok', ends - 5 - call, ends);
    for (let hand = 0; hand < 3; hand++)
      pages.operation('page.hand-visible').record('ok', ends - 40 - hand, ends);
    pages.operation('meeting.get').record('ok', ends - 7, ends);
  }
  for (const name of ['page.open', 'page.lcp', 'traced.page.open'])
    for (const tookMs of [120, 480]) pages.operation(name).record('ok', 3000, 3000 + tookMs);
  const layoutShift = LatencyHistogram.empty();
  for (const value of [0.3, 0.31, 0.32, 0.4]) layoutShift.record(value);
  const elapsedMs = SECONDS * 1000 - 1;
  const slice = sliceReport({
    elapsedMs,
    timings: protocol.encode(elapsedMs),
    browsers: {
      requested: 2,
      unavailableReason: null,
      users: 2,
      sessions: { started: 4, completed: 4, gaveUp: {}, cutShort: 0, rejected: 0, dropped: 0 },
      traced: 2,
      timings: pages.encode(elapsedMs),
      readings: { 'page.cls': layoutShift.encode() },
      problems: [],
      processes: null,
    },
  });
  return {
    runId,
    crowds: [{ ...richCrowd(), summary: summaryOf(record([slice], { expected: [1] }), 'p95 < 1 s') }],
    answers: [],
    experiments: [],
    benchmarks: [],
  };
}

test.describe('the page metrics of browser participants', () => {
  test('have a table row each, and a chart only with enough samples', async ({ open }) => {
    const { page, complaints } = await open(withPages());
    const table = page.getByRole('group', { name: 'Table of operations' });
    const few = table.getByRole('row', { name: /^page\.open/ });
    await expect(few).toContainText('480 ms');
    await expect(few.locator('svg.tiny path')).toHaveAttribute('d', /^M.*M.*z$/);
    // Nothing that would lead to a chart of two points.
    await expect(few.getByRole('button')).toHaveCount(0);
    await expect(table.getByRole('button', { name: 'page.hand-visible' })).toHaveCount(1);
    const choices = page.locator('[data-distribution] option');
    await expect(choices).toHaveText(['all requests', 'meeting.get', 'page.hand-visible']);
    const inPages = page.locator('.time [data-panel="pages"]');
    await expect(inPages.locator('.key')).toHaveText(['a hand is visible']);
    await expect(page.locator('.time [data-panel="vitals"]')).toHaveCount(0);
    for (const pixels of await inkOf(page)) expect(pixels).toBeGreaterThan(300);
    expect(complaints).toEqual([]);
  });

  test('form one table group, and the metrics of traced sessions form another', async ({ open }) => {
    const { page } = await open(withPages());
    const groups = page.getByRole('group', { name: 'Table of operations' }).locator('tbody');
    await expect(groups.locator('[data-head]')).toHaveText([
      /^Requests/,
      /^In pages\s+observed, in no total/,
      /^In pages, while traced/,
    ]);
    await expect(groups.nth(1).locator('tr:not([data-head]) th')).toHaveText([
      'page.open',
      'page.hand-visible',
      'page.lcp',
    ]);
    await expect(groups.nth(2).locator('tr:not([data-head]) th')).toHaveText(['traced.page.open']);
  });

  test('are rated by the Web Vitals thresholds if there are enough samples', async ({ open }) => {
    const { page } = await open(withPages());
    const measured = page.getByRole('table', { name: 'Page metrics' });
    await expect(measured.getByRole('row', { name: /^page\.cls/ })).toContainText('poor');
    await expect(measured.getByRole('row', { name: /^page\.lcp/ })).not.toContainText(
      /good|poor|improvement/,
    );
    await expect(measured.getByRole('row', { name: /^page\.hand-visible/ })).not.toContainText(/good|poor/);
  });

  test('lists page metrics with the requests of browsers, of protocol participants and of both', async ({
    open,
  }) => {
    const { page } = await open(withPages());
    const rows = page.getByRole('table', { name: 'By kind of participant' }).locator('tbody tr');
    await expect(rows).toHaveText([/^protocol160/, /^browsers40/, /^together200/]);
    const same = page.getByRole('table', { name: 'The same calls' }).getByRole('row', { name: /^meeting/ });
    await expect(same).toHaveText(/^meeting\.get160.*40/);
  });

  test('fit the width of a phone and are printed with every row', async ({ open }) => {
    const phone = await open(withPages(), { viewport: { width: 375, height: 700 }, isMobile: true });
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    const { page } = await open(richRun());
    await page.emulateMedia({ media: 'print' });
    const cut = await page
      .locator('.scroll')
      .evaluateAll(
        (all) =>
          all.filter((one) => (one as unknown as Box).scrollHeight > (one as unknown as Box).clientHeight + 2)
            .length,
      );
    expect(cut).toBe(0);
  });
});

test('a link to an experiment opens its details', async ({ open }) => {
  const { page } = await open(richRun());
  const evidence = page
    .locator('details.experiment', { hasText: 'cut off for 5 s' })
    .getByText('30 connections');
  await expect(evidence).toBeHidden();
  const link = page.getByRole('link', { name: '30 users, cut off for 5 s' });
  await link.click();
  await expect(evidence).toBeVisible();
  // And once more, when it was closed meanwhile.
  await page.locator('details.experiment summary').first().click();
  await expect(evidence).toBeHidden();
  await link.click();
  await expect(evidence).toBeVisible();
});

test('an experiment fact keeps the alignment of its columns', async ({ open }) => {
  const [storm] = richRun().experiments;
  const facts = [{ name: 'levels', value: '\n      loss    P95\n        0   8 ms\n       50  425 ms' }];
  const { journal } = storm!;
  const withFacts = { ...storm!, journal: { ...journal, fullhouse: { ...journal.fullhouse, facts } } };
  const { page } = await open({ ...richRun(), crowds: [], experiments: [withFacts] });
  await openAll(page);
  const text = await page.locator('.fact pre').textContent();
  expect(text).toBe('loss    P95\n  0   8 ms\n 50  425 ms');
});

/** The used parts of the DOM: tests are compiled without DOM types. */
interface Box {
  readonly scrollHeight: number;
  readonly clientHeight: number;
}
declare const document: { readonly documentElement: { readonly scrollWidth: number } };
