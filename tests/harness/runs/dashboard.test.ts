import { expect, target, test, tile } from '../dashboard/page-fixture.ts';
import { LEAVING } from './at-work.ts';
import { Run, survivors } from './run.ts';

test.describe('the dashboard of a load run', () => {
  test('shows the live run to several viewers, after a reload, and after its end by Ctrl-C', async ({
    page,
  }) => {
    const load = new Run({
      DASHBOARD_PORT: '0',
      // The test ends the run when it has seen everything.
      TEST_DURATION: '600',
      // The sixth session misses this target during the test.
      TARGETS: 'error rate < 5 %; meeting.join count < 6',
    });
    await load.prints('Live dashboard http');
    const url = /Live dashboard (http:\/\/127\.0\.0\.1:\d+)/.exec(load.output)![1]!;
    await page.goto(url);
    const other = await page.context().newPage();
    await other.goto(url);
    // This viewer opens the event stream and never reads it.
    expect((await fetch(`${url}/events`)).status).toBe(200);

    await expect(target(page, 'meeting.join count < 6')).toContainText('missed', { timeout: 30_000 });
    await expect(page.locator('#log')).toContainText('meeting.join count < 6: missed');
    for (const one of [page, other]) {
      await expect(tile(one, 'users')).toContainText(/users[1-6]now/);
      await expect(tile(one, 'requests')).toContainText(/[1-9]\d* in all/);
      await expect(target(one, 'error rate < 5 %')).toContainText('met');
      await expect(one.locator('#observations')).toContainText('event.delivery');
    }
    await page.reload();
    await expect(page.locator('#log')).toContainText('meeting.join count < 6: missed');
    await expect(page.locator('#charts canvas')).toHaveCount(6);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(
      /fullhouse_requests_total\{crowd="meeting-sessions",operation="meeting\.join",outcome="ok"\} [1-9]/,
    );
    expect(`${metrics}${await page.content()}`).not.toContain('change-me');

    const processes = load.descendants;
    load.interrupt();
    const { code, summary } = await load.end();
    expect(code).toBe(130);
    expect(summary).toMatchObject({ verdict: 'interrupted', partial: true });
    expect(summary!.totals.total).toBeGreaterThan(0);
    // The participants of each slice left, and each slice reported its end.
    expect(summary!.slices.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(summary!.sessions.cutShort).toBeGreaterThan(0);
    for (const one of [page, other]) {
      await expect(one.locator('#end')).toContainText(summary!.verdict);
      await expect(one.locator('#end')).toContainText(`reports/runs/${summary!.run.id}/`);
      // Without a terminal, the dashboard does not stay.
      await expect(one.locator('#link')).toHaveText('the run is over, and its dashboard is closed');
      // The last figures are the figures of the report.
      await expect(tile(one, 'requests')).toContainText(`${summary!.totals.total} in all`);
    }
    await expect(fetch(url)).rejects.toThrow();
    await expect.poll(() => survivors(processes), LEAVING).toEqual([]);
  });
});
