import { plainTable } from '../../../../src/kernel/plain-table.ts';
import { expect, test } from './page-fixture.ts';
import { probeBrowser, probeTable } from './probe/probe.ts';

test('the browser probe measures what throttling does in this browser, and leaves the page unthrottled', async ({
  page,
  service,
}, testInfo) => {
  // The browser measures round trips only every few seconds.
  testInfo.setTimeout(90_000);
  const probe = await probeBrowser(page);
  const table = plainTable(probeTable(probe)).join('\n');
  await testInfo.attach('probe', { body: `Chromium ${probe.browser}\n${table}`, contentType: 'text/plain' });

  const row = (what: string, condition: RegExp) => {
    const found = probe.rows.find((one) => one.what === what && condition.test(one.condition));
    expect(found, `${what}, ${condition}`).toBeDefined();
    return found!;
  };
  // Every Chromium does this. The other rows differ between versions.
  expect(row('fetch', /latency/)).toMatchObject({ impaired: true });
  expect(row('fetch', /latency/).measured!).toBeGreaterThan(199);
  expect(row('fetch down', /kB/)).toMatchObject({ impaired: true });
  expect(row('fetch', /offline/)).toMatchObject({ impaired: true, finding: 'fails' });
  expect(row('fetch, when it is over', /offline/)).toMatchObject({ finding: 'works' });
  expect(probe.rows.some(({ what }) => what.startsWith('WebSocket frames'))).toBe(true);
  expect(probe.rows.some(({ what }) => what.startsWith('WebRTC'))).toBe(true);
  for (const { impaired, measured, unit } of probe.rows) {
    if (unit !== '' && impaired !== null) expect(measured).toEqual(expect.any(Number));
  }
  expect(table.split('\n')).toHaveLength(probe.rows.length + 1);
  // The probe leaves nothing behind.
  expect(page.context().pages()).toEqual([page]);
  const latency = 'performance.getEntriesByType("navigation")[0].responseStart';
  await expect(async () => {
    await page.goto(service.baseURL);
    expect(await page.evaluate(latency)).toBeLessThan(200);
  }).toPass({ timeout: 30_000 });
});
