import { AxeBuilder } from '@axe-core/playwright';
import { fine, record, report, summaryOf } from '../../results/summary/crowd-records.ts';
import { expect, inkOf, openAll, test } from './opened-page.ts';
import { journal, richCrowd, richRun, runId } from './rich-run.ts';

const calm = () => ({
  runId,
  crowds: [{ summary: summaryOf(record(fine())), evidence: {} }],
  answers: [],
  experiments: [],
  benchmarks: [],
});

test.describe('the performance page', () => {
  test('shows verdict, targets, load generator and run first, without console errors', async ({ open }) => {
    const { page, complaints } = await open(calm());
    await expect(page.getByRole('heading', { level: 2 })).toHaveText('Passed crowd');
    const targets = page.getByRole('table', { name: 'Targets' });
    await expect(targets.getByRole('row')).toHaveCount(3);
    await expect(targets.getByRole('row', { name: /p95 < 100 ms/ })).toContainText('80% to spare');
    await expect(
      page.getByRole('table', { name: /^The generator adds at most .* ms \(P50\/P95\/P99\)/ }),
    ).toBeVisible();
    await expect(page.getByRole('definition').filter({ hasText: 'http://127.0.0.1:3002' })).toBeVisible();
    for (const name of ['Targets', /^The generator/])
      expect((await page.getByRole('table', { name }).boundingBox())!.y).toBeLessThan(900);
    expect(complaints).toEqual([]);
  });

  test('shows the bracket of each latency in tables and charts', async ({ open }) => {
    const late = [{ latencyMs: 40, widthMs: 15, everyMs: 20, count: 450 }];
    const of = (calls: typeof late) => ({
      ...calm(),
      crowds: [{ summary: summaryOf(record([report(1, calls), report(2, [])])), evidence: {} }],
    });
    const { page, complaints } = await open(of(late));
    const figures = page.locator('.figures');
    await expect(figures).toContainText('40.0 ms (−15.0)');
    await expect(
      page.getByRole('table', { name: 'Targets' }).getByRole('row', { name: /p95 < 100 ms/ }),
    ).toContainText('40.0 ms (−15.0)');
    await expect(page.locator('table.operations').getByRole('row', { name: /meeting\.get/ })).toContainText(
      '40.0 ms (−15.0)',
    );
    const latency = page.locator('[data-panel="latency"]');
    await latency.locator('details.alternative summary').click();
    await expect(latency.getByRole('row').nth(2)).toContainText('(−');
    await expect(page.locator('[data-distribution] .legend')).toContainText('at the earliest');
    expect(complaints).toEqual([]);
    // A crowd with exact latencies has no bracket.
    const exact = await open(of(late.map((calls) => ({ ...calls, widthMs: 0 }))));
    await expect(exact.page.locator('.figures')).toContainText('40.0 ms');
    await expect(exact.page.locator('main')).not.toContainText('(−');
    await expect(exact.page.locator('[data-distribution] .legend')).not.toContainText('at the earliest');
  });

  test('draws every chart of every part', async ({ open }) => {
    const { page, complaints } = await open(richRun());
    await openAll(page);
    const ink = await inkOf(page);
    // Users, requests, latency, errors, delivery, 4 of the generator, 5 of the service, latency against load, 2 of the
    // distribution; 4 of each experiment; 2 of the benchmarks.
    expect(ink).toHaveLength(14 + 1 + 2 + 2 * 4 + 2);
    for (const pixels of ink) expect(pixels).toBeGreaterThan(500);
    expect(complaints).toEqual([]);
  });

  test('links its parts with their verdicts only if there are several parts', async ({ open }) => {
    const { page } = await open(richRun());
    const parts = page.getByRole('navigation', { name: 'Parts of the run' }).getByRole('link');
    await expect(parts).toHaveText(['crowd: failed', 'chaos experiments: failed', 'benchmarks: passed']);
    await parts.nth(1).click();
    await expect(page.getByRole('heading', { level: 2, name: /chaos/ })).toBeInViewport();
    const single = await open(calm());
    await expect(single.page.getByRole('navigation', { name: 'Parts of the run' })).toHaveCount(0);
  });

  test('keeps the verdict and the links to the sections of the current part on the screen', async ({
    open,
  }) => {
    const { page, complaints } = await open({
      ...richRun(),
      files: ['summary.json', 'hgrm/a b.hgrm', 'x.y'],
    });
    const header = page.getByRole('banner');
    await expect(header.getByRole('heading', { level: 1 })).toContainText('FAILED');
    const sections = header.getByRole('navigation', { name: 'Sections' });
    const current = sections.locator('[aria-current]');
    // Causes come directly after the verdict and its targets.
    const first = (await sections.getByRole('link').allTextContents()).slice(0, 4);
    expect(first).toEqual(['Verdict', 'Targets', 'Failures', 'Key figures']);
    await sections.getByRole('link', { name: 'Operations' }).click();
    await expect(current).toHaveText('Operations');
    await expect(page).toHaveURL(/#section=load--crowd--operations$/);
    const below = async (id: string) => {
      const [box, bar] = [await page.locator(`#${id}`).boundingBox(), await header.boundingBox()];
      return box!.y - (bar!.y + bar!.height);
    };
    await expect.poll(() => below('load--crowd--operations')).toBeGreaterThanOrEqual(0);
    expect((await header.boundingBox())!.y).toBe(0);
    await page.locator('#chaos').scrollIntoViewIfNeeded();
    await page.getByRole('link', { name: /chaos experiments/ }).click();
    await expect(sections.getByRole('link')).toHaveText(['Verdict', 'Experiments', 'Files']);
    await expect(header.getByRole('link', { name: /chaos/ })).toHaveAttribute('aria-current', 'true');
    // The page has arrived at the part, and its charts are drawn.
    await expect(current).toHaveText('Verdict');
    await expect.poll(() => below('chaos')).toBeGreaterThanOrEqual(0);
    // The last section cannot move up to the header, and is marked all the same.
    await sections.getByRole('link', { name: 'Files' }).click();
    await expect(current).toHaveText('Files');
    const files = page.locator('#run--files').getByRole('link');
    await expect(files).toHaveText(['summary.json', 'hgrm/']);
    await expect(files.nth(1)).toHaveAttribute('href', 'hgrm/');
    // On a phone, the header is a small part of the screen, and a button opens its links.
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(async () => (await header.boundingBox())!.height).toBeLessThan(0.15 * 844);
    await expect(sections).toBeHidden();
    await header.getByRole('button', { name: /^Go to/ }).click();
    await header.getByRole('link', { name: 'crowd: failed' }).click();
    await expect(sections).toBeHidden();
    await expect(page.locator('#load--crowd')).toBeInViewport();
    expect(complaints).toEqual([]);
  });

  test('stays where it is while the Tab key goes through the header', async ({ open }) => {
    const { page } = await open(richRun());
    const scrolled = () => page.evaluate<number>('scrollY');
    const link = page.getByRole('link', { name: /chaos experiments/ });
    await link.click();
    await expect(page.getByRole('navigation', { name: 'Sections' }).getByRole('link')).toHaveCount(2);
    const before = await scrolled();
    expect(before).toBeGreaterThan(0);
    await link.focus();
    for (const name of ['benchmarks: passed', 'Verdict', 'Experiments']) {
      await page.keyboard.press('Tab');
      await expect(page.getByRole('banner').getByRole('link', { name, exact: true })).toBeFocused();
      expect(await scrolled()).toBe(before);
    }
  });

  test('never covers with its header what the Tab key reaches', async ({ open }) => {
    const { page } = await open(richRun());
    await page.getByRole('link', { name: /chaos experiments/ }).click();
    const focused = page.locator('main :focus');
    await page.locator('#chaos').getByRole('link').or(page.locator('#chaos summary')).first().focus();
    const header = (await page.getByRole('banner').boundingBox())!;
    // Backwards, so that each next element is above the screen at some time.
    for (let step = 0; step < 15; step += 1) {
      await page.keyboard.press('Shift+Tab');
      const { y } = (await focused.boundingBox())!;
      expect(y).toBeGreaterThanOrEqual(header.y + header.height);
    }
  });

  test('omits sections without data', async ({ open }) => {
    const { page } = await open(calm());
    const headings = await page.getByRole('heading', { level: 3 }).allTextContents();
    expect(headings.map((text) => text.split(' one point')[0])).toEqual([
      'Run',
      'Over time',
      'Latency against load',
      'Latency distribution',
      'Operations',
    ]);
    const rich = await open(richRun());
    for (const name of ['Slow and failed sessions', 'Compared', 'Failures'])
      await expect(rich.page.getByRole('heading', { level: 3, name })).toBeVisible();
  });

  test('shows that a run recorded nothing, without charts', async ({ open }) => {
    const summary = summaryOf(record([], { startedAt: null }), 'p95 < 1 s');
    const { page, complaints } = await open({ ...calm(), crowds: [{ summary, evidence: {} }] });
    await expect(page.getByRole('heading', { level: 2 })).toHaveText('Failed crowd');
    await expect(page.getByText('nothing was recorded').first()).toBeVisible();
    expect(await page.locator('canvas').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('shows everything except the charts without JavaScript', async ({ open }) => {
    const { page } = await open(richRun(), { javaScriptEnabled: false });
    await expect(page.getByRole('table', { name: 'Targets' })).toBeVisible();
    await expect(page.getByRole('rowheader', { name: 'meeting.get', exact: true }).first()).toBeVisible();
    // Locators find no text in `noscript`; a shown `noscript` has a height.
    expect((await page.locator('noscript').first().boundingBox())!.height).toBeGreaterThan(10);
    const scripted = await open(calm());
    expect(await scripted.page.locator('noscript').first().boundingBox()).toBeNull();
  });
});

test.describe('the chaos and benchmark parts of the performance page', () => {
  test('show the checks, evidence, facts, steps and fault of an experiment', async ({ open }) => {
    const { page } = await open(richRun());
    const passed = page.locator('details.experiment', { hasText: 'cut off for 5 s' });
    const failed = page.locator('details.experiment', { hasText: 'another storm' });
    // A failed experiment is open at first.
    await expect(failed.getByText('user-3 sees a hand that is down')).toBeVisible();
    await expect(passed.getByText('30 connections were reset')).toBeHidden();
    await passed.locator('summary').first().click();
    await expect(passed.getByText('30 connections were reset')).toBeVisible();
    await expect(passed.getByRole('row', { name: /recovery time/ })).toContainText('1235 ms');
    await expect(passed.getByRole('row', { name: /fault cut off/ })).toContainText('3.0 s');
    await expect(passed.getByText('Shaded: cut off (0:03 to 0:08)')).toBeVisible();
  });

  test('shade only the time of the fault in every chart', async ({ open }) => {
    const { page } = await open({ ...richRun(), crowds: [] });
    const plots = page.locator('details.experiment[open] .panel .plot');
    await expect(plots).toHaveCount(4);
    for (const plot of await plots.all()) {
      const [within, before] = await plot.evaluate((place) => {
        const { canvas, over } = charted(place as unknown as Element);
        const ratio = canvas.width / canvas.clientWidth;
        const from = over.offsetLeft;
        // Near the top, where no curve is; 12 s are as wide as the plot.
        return [5.5, 1].map((second) => {
          const x = Math.round((from + (over.clientWidth * second) / 12) * ratio);
          const strip = canvas.getContext('2d').getImageData(x, (over.offsetTop + 20) * ratio, 3, 6).data;
          // The shade is more red than blue, the grid is neither.
          return strip.some((red, index) => index % 4 === 0 && red > strip[index + 2]! + 40);
        });

        function charted(element: Element) {
          return {
            canvas: element.querySelector('canvas') as unknown as Drawing,
            over: element.querySelector('.u-over') as unknown as Box,
          };
        }
      });
      expect([within, before]).toEqual([true, false]);
    }
  });

  test('show the target and the doubts of a benchmark', async ({ open }) => {
    const { page } = await open({ ...richRun(), crowds: [], experiments: [] });
    const row = page.getByRole('row', { name: /benchmark of meeting\.get/ });
    await expect(row).toContainText('met meeting.get p95 < 100 ms');
    await expect(page.getByText('other processes kept 1.5 of 2 cores busy')).toBeVisible();
  });
});

test.describe('text of the service on the performance page', () => {
  const hostile = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)> "\'`&';

  test('is shown as text and never as markup', async ({ open }) => {
    const failing = report(1, [{ outcome: 'http 503', count: 30 }, { name: `get ${hostile}` }], {
      drops: { [hostile]: 2 },
    });
    const summary = summaryOf(record([failing, report(2, [{}])], { name: hostile }));
    summary.operations['meeting.get']!.causes[0]!.samples.push(hostile);
    summary.settings.NOTE = hostile;
    const hostileJournal = journal({ title: hostile, verdict: 'failed' });
    const { exemplars, comparison } = richCrowd().evidence;
    const run = richRun();
    const { page, complaints } = await open({
      ...run,
      runId: hostile,
      crowds: [
        {
          summary,
          evidence: {
            exemplars: exemplars!.map((one) => ({ ...one, who: hostile, trace: `${hostile}.zip` })),
            comparison: { ...comparison!, with: hostile },
          },
        },
      ],
      experiments: [{ ...run.experiments[0]!, journal: hostileJournal }],
      benchmarks: run.benchmarks.map((one) => ({ ...one, title: hostile })),
    });
    await expect(page.getByRole('cell', { name: hostile }).first()).toBeVisible();
    await expect(page.getByText(`Connections dropped: ${hostile}`)).toBeVisible();
    await expect(page.getByRole('heading', { level: 2 }).first()).toContainText(hostile);
    await expect(page.getByRole('heading', { level: 3, name: hostile })).toBeVisible();
    await expect(page.getByRole('button', { name: hostile, exact: true }).first()).toBeVisible();
    await expect(page).not.toHaveTitle('owned');
    expect(await page.locator('img').count()).toBe(0);
    for (const pixels of await inkOf(page)) expect(pixels).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  test('cannot run a script because of the content security policy', async ({ open }) => {
    const { page, complaints } = await open(calm());
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
    });
    await expect(page).not.toHaveTitle('owned');
    expect(complaints.join('\n')).toContain('Content Security Policy');
  });

  test('cannot make an exemplar link leave the exemplars folder', async ({ open }) => {
    const exemplars = [
      {
        operation: 'page.join',
        outcome: 'ok' as const,
        ms: 1,
        who: 'u',
        trace: 'javascript:y/z.zip',
        screenshot: 'a b.png',
      },
    ];
    const { page } = await open({ ...calm(), crowds: [{ ...calm().crowds[0]!, evidence: { exemplars } }] });
    const links = await page
      .getByRole('group', { name: 'Table of slow sessions' })
      .getByRole('link')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    expect(links).toEqual(['exemplars/javascript%3Ay/z.zip', 'exemplars/a%20b.png']);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the performance page passes the accessibility check in ${colorScheme} mode`, async ({ open }) => {
    const { page } = await open(richRun(), { colorScheme });
    test.slow(); // a page with everything, on a machine that may be busy
    await openAll(page);
    const axe = new AxeBuilder({ page });
    // Dark mode changes only the colours.
    const isDark = colorScheme === 'dark';
    const { violations, passes } = await (isDark ? axe.withRules('color-contrast') : axe).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.length).toBeGreaterThan(isDark ? 0 : 20);
    if (isDark) return;
    // A phone changes the layout: these rules depend on it.
    await page.setViewportSize({ width: 390, height: 844 });
    const layout = new AxeBuilder({ page }).withRules(['scrollable-region-focusable', 'target-size']);
    expect((await layout.analyze()).violations.map(({ id }) => id)).toEqual([]);
  });
}

/** The used parts of the DOM: tests are compiled without DOM types. */
interface Element {
  querySelector(selector: string): object | null;
}
interface Drawing {
  readonly width: number;
  readonly clientWidth: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
}
interface Box {
  readonly offsetLeft: number;
  readonly offsetTop: number;
  readonly clientWidth: number;
}
declare const document: {
  createElement(name: string): { textContent: string };
  readonly body: { append(child: object): void };
};
