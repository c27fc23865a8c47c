import { writeFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { progressOf } from '../../../src/views/console/progress.ts';
import { test as base, expect, target, tile } from './page-fixture.ts';
import { Watched } from './watched.ts';

const test = base.extend<{ watched: Watched }>({
  watched: async ({}, use) => {
    await using watched = await Watched.start();
    await use(watched);
  },
});

test.describe('the dashboard page', () => {
  test('updates the figures of the crowd each second', async ({ page, watched }) => {
    await page.goto(watched.url);
    await expect(page.getByText('Nothing has been measured yet')).toBeVisible();
    watched.run.second([
      { latencyMs: 12, count: 40 },
      { name: 'hand.raise', outcome: 'http 503', count: 2 },
    ]);
    await expect(page.getByText('Nothing has been measured yet')).toBeHidden();
    await expect(tile(page, 'users')).toContainText('10');
    await expect(tile(page, 'requests')).toContainText('84.0/s');
    await expect(tile(page, 'P95')).toContainText('12.0 ms');
    await expect(tile(page, 'errors')).toContainText('4.76%');
    await expect(page.locator('#operations tr').filter({ hasText: 'meeting.get' })).toContainText('80');
    await expect(page.locator('#errors')).toContainText('http 503: 4');
    await expect(page.locator('#causes')).toContainText('hand.raise: cause of http 503 (4)');
    await expect(page.locator('#checks')).toContainText('late arrivals P99');
    await expect(page.locator('#generator-state')).toContainText(/adds at most .* ms/);
    watched.run.second([{ latencyMs: 12, count: 40 }], { users: 8 });
    await expect(tile(page, 'users')).toContainText('16');
    await expect(tile(page, 'requests')).toContainText('164 in all');
    await expect(page.locator('#charts canvas')).toHaveCount(6);
  });

  test('shows the load of a search, and no empty list of targets', async ({ page, watched }) => {
    watched.run.second();
    await page.goto(watched.url);
    await expect(page.getByRole('heading', { name: 'Targets' })).toBeVisible();
    await expect(page.locator('#schedule')).toHaveText(/^10 users for 20 s;/);
    await using search = await Watched.start({ targets: '', load: 'a search: levels of up to 50 users' });
    search.run.live.phases.expect('capacity');
    search.run.live.phases.began('capacity', '1', 'slice 1 of 2', 0);
    search.run.second();
    await page.goto(search.url);
    await expect(tile(page, 'users')).toContainText('10');
    await expect(page.locator('#schedule')).toHaveText('a search: levels of up to 50 users');
    await expect(page).toHaveTitle(/^\d+% capacity, fullhouse$/);
    await expect(page.getByRole('heading', { name: 'Targets' })).toBeHidden();
  });

  test('shows the bracket of a latency unless it is negligible', async ({ page, watched }) => {
    watched.run.second([{ latencyMs: 40, widthMs: 15, count: 100 }]);
    await page.goto(watched.url);
    await expect(tile(page, 'P95')).toContainText('40.0 ms(−15.0) so far');
    await expect(page.locator('#operations tr').filter({ hasText: 'meeting.get' })).toContainText(
      '40.0 ms (−15.0)',
    );
    await expect(target(page, 'p95 < 100 ms')).toContainText('40.0 ms (−15.0)met');
    watched.run.second([{ latencyMs: 40, count: 90_000 }]);
    await expect(tile(page, 'P95')).toContainText('40.0 msso far');
    await expect(page.locator('main')).not.toContainText('(−');
  });

  test('announces a target that changes between met and missed', async ({ page, watched }) => {
    watched.run.second([{ latencyMs: 10 }]);
    await page.goto(watched.url);
    await expect(target(page, 'p95 < 100 ms')).toContainText('met');
    await expect(page.locator('#news')).toBeEmpty();
    watched.run.second([{ latencyMs: 300, count: 50 }]);
    await expect(target(page, 'p95 < 100 ms')).toHaveText('p95 < 100 ms300 msmissed');
    await expect(page.locator('#news')).toHaveText('p95 < 100 ms: missed, 300 ms');
    await expect(page.locator('#log')).toContainText('p95 < 100 ms: missed, 300 ms');
    watched.run.second([{ latencyMs: 10, count: 3000 }]);
    await expect(target(page, 'p95 < 100 ms')).toContainText('10.0 msmet');
  });

  test('shows the whole run after a reload and to a second viewer', async ({ page, watched }) => {
    for (let second = 0; second < 30; second++) watched.run.second();
    await page.goto(watched.url);
    await expect(tile(page, 'requests')).toContainText('1,800 in all');
    const other = await page.context().newPage();
    await other.goto(watched.url);
    watched.run.second([{ latencyMs: 500, count: 400 }]);
    await page.reload();
    for (const one of [page, other]) {
      await expect(tile(one, 'requests')).toContainText('2,600 in all');
      await expect(one.locator('#log')).toContainText('p95 < 100 ms: missed');
    }
  });

  test('ends with the verdict, its reasons and links to the reports, which work until it closes', async ({
    page,
    watched,
  }, testInfo) => {
    writeFileSync(testInfo.outputPath('index.html'), '<h1>the whole page</h1>');
    watched.run.second();
    await page.goto(watched.url);
    await expect(page.locator('#link')).toHaveText('live');
    const sentences = ['latency p95 was 612 ms, 1.2× the 500 ms limit', '<b>second</b>'];
    const reports = [{ title: 'Performance page', file: 'index.html' }];
    watched.end({ sentences, reports }, testInfo.outputDir);
    const end = page.locator('#end');
    await expect(end).toHaveText(`failed${sentences.join('')}Performance pageFiles: reports/runs/x/`);
    await expect(page).toHaveTitle('failed, fullhouse');
    await expect(page.locator('#link')).toHaveText('the run is over');
    await expect(page.getByRole('progressbar')).toBeHidden();
    await expect(tile(page, 'requests')).toContainText('60 in all');
    const opened = page.waitForEvent('popup');
    await end.getByRole('link').click();
    await expect((await opened).getByRole('heading')).toHaveText('the whole page');
    // A later reader sees the same.
    await page.reload();
    await expect(end).toContainText(sentences[0]!);
    expect(watched.dashboard.readers.present).toBe(1);

    await watched.dashboard.close();
    await expect(page.locator('#link')).toHaveText('the run is over, and its dashboard is closed');
    await expect(end.getByRole('link')).toHaveCount(0);
    await expect(end).toContainText('Performance page');
  });

  test('counts the same errors everywhere, and lists late and lost events apart from them', async ({
    page,
    watched,
  }) => {
    const viewer = await watched.viewer();
    watched.run.live.phases.expect('load');
    watched.run.live.phases.began('load', '1', 'slice 1', 0);
    for (const finished of [false, false, true])
      watched.run.second(
        [
          { count: 20 },
          { name: 'hand.raise', outcome: 'http 503', count: 2 },
          { name: 'meeting.join', outcome: 'timeout', count: 1 },
          { name: 'meeting.join', outcome: 'aborted', count: 4 },
          { name: 'meeting.join', outcome: 'generator limit', count: 5 },
          { name: 'event.delivery', outcome: 'lost', count: 7 },
          { name: 'page.join', outcome: 'timeout', count: 3 },
        ],
        { finished },
      );
    const errors = 3 * 2 * 3;
    await page.goto(watched.url);
    await expect(tile(page, 'errors')).toContainText(`errors${errors}`);
    const numbers = async (selector: string) =>
      (await page.locator(selector).allTextContents()).reduce((sum, text) => sum + Number(text), 0);
    expect(await numbers('#operations td:nth-child(3)')).toBe(errors);
    await expect(page.locator('#errors')).toHaveText('http 503: 12timeout: 6');
    await expect(page.locator('#causes')).toHaveText(
      'hand.raise: cause of http 503 (12)meeting.join: cause of timeout (6)',
    );
    await expect(page.locator('#missing')).toHaveText(
      'event.delivery: cause of lost (42)page.join: cause of timeout (18)',
    );
    await expect(page.locator('#observations tr').filter({ hasText: 'event.delivery' })).toContainText('42');
    const charted = viewer.frames.flatMap(({ seconds }) => seconds.map(([, , , failed]) => failed));
    expect(charted.reduce((sum, failed) => sum + failed, 0)).toBe(errors);
    expect(progressOf(watched.run.live)!.figures).toContainEqual(
      expect.objectContaining({ text: `${errors} errors` }),
    );
    const metrics = await (await fetch(`${watched.url}/metrics`)).text();
    expect(metrics).toContain(`fullhouse_errors_total{crowd="crowd"} ${errors}`);
  });

  test('shows text of the service without running it as markup', async ({ page, watched }) => {
    const nasty = '<img src=x onerror="document.title=\'owned\'">';
    watched.run.second([{ name: nasty, count: 25 }]);
    watched.run.live.log.add('run', nasty);
    watched.run.live.tick();
    await page.goto(watched.url);
    await expect(page.locator('#operations')).toContainText(nasty);
    await expect(page.locator('#log')).toContainText(nasty);
    await expect(page.locator('img')).toHaveCount(0);
    await expect(page).toHaveTitle(/fullhouse$/);
  });

  for (const [name, viewport, colorScheme] of [
    ['wide screen in light mode', { width: 1280, height: 800 }, 'light'],
    ['phone screen in dark mode', { width: 360, height: 740 }, 'dark'],
  ] as const) {
    test.describe(name, () => {
      test.use({ viewport, colorScheme });

      test('passes the accessibility check and fits the width of the screen', async ({ page, watched }) => {
        for (let second = 0; second < 5; second++)
          watched.run.second([{ latencyMs: 300 }, { outcome: 'http 503', count: 3 }]);
        await page.goto(watched.url);
        await expect(page.locator('#operations tr')).toHaveCount(1);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(wider).toBeLessThanOrEqual(0);
      });
    });
  }
});
