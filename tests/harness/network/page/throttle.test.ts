import type { Page } from '@playwright/test';
import { UserError } from '../../../../src/kernel/errors.ts';
import { goOffline, throttle } from '../../../../src/network/page/throttle.ts';
import { armWebRtc } from '../../../../src/network/page/webrtc-loss.ts';
import { expect, test } from './page-fixture.ts';

const fetchMs = (page: Page, path = '/small') =>
  page.evaluate<number>(
    `(async () => { const began = performance.now(); await (await fetch('${path}')).text(); return performance.now() - began; })()`,
  );

/** Below all latencies of these tests. */
const QUICK_MS = 200;

/**
 * Waits for a request that is faster than any latency of these tests allows. A busy machine slows some requests, but not
 * all; and the network process of the browser ends a condition a moment after the call has returned.
 */
async function quickSometime(page: Page, path?: string): Promise<void> {
  await expect.poll(() => fetchMs(page, path), { intervals: [10], timeout: 30_000 }).toBeLessThan(QUICK_MS);
}

test.describe('Chromium’s throttling of a page', () => {
  test.beforeEach(async ({ page, service }) => {
    await page.goto(service.baseURL);
  });

  test('adds latency until it is undone, and counts the requests', async ({ page }) => {
    await quickSometime(page);
    const condition = await throttle(page, { latencyMs: 300 });
    expect(condition.layer).toBe('cdp');
    expect(condition.description).toBe("Chromium's throttling: latency 300 ms.");
    expect(await fetchMs(page)).toBeGreaterThan(299);
    expect(await fetchMs(page)).toBeGreaterThan(299);
    const achieved = await condition.achieved();
    expect(achieved.requests).toBe(2);
    // Browsers with the older call do not report this number.
    expect(achieved.impaired).toBe(achieved.call === 'rules' ? 2 : null);
    await condition.undo();
    await condition.undo();
    await quickSometime(page);
    expect((await condition.achieved()).requests).toBe(2);
  });

  test('limits the download rate of a fetch', async ({ page }) => {
    // 50 kB at 100 kB/s
    await using _ = await throttle(page, { downKbps: 800 });
    expect(await fetchMs(page, '/blob?bytes=50000')).toBeGreaterThan(400);
  });

  test('adds no delay under an empty condition', async ({ page }) => {
    await using _ = await throttle(page, {});
    await using __ = await armWebRtc(page);
    await quickSometime(page);
  });

  test('delays only matching URLs, and applies the worse value of two conditions', async ({ page }) => {
    const one = await throttle(page, { latencyMs: 400 }, { urlPattern: '*://*:*/small' });
    expect(await fetchMs(page)).toBeGreaterThan(399);
    expect(await one.achieved()).toMatchObject({ requests: 1, impaired: 1 });
    await quickSometime(page, '/blob?bytes=5');
    expect(await one.achieved()).toMatchObject({ impaired: 1 });
    const all = await throttle(page, { latencyMs: 250 });
    expect(await fetchMs(page)).toBeGreaterThan(399);
    const other = await fetchMs(page, '/blob?bytes=5');
    expect(other).toBeGreaterThan(249);
    expect(await all.achieved()).toMatchObject({ requests: 2, impaired: 2 });
    await one.undo();
    expect(await fetchMs(page)).toBeGreaterThan(249);
    await all.undo();
    await quickSometime(page);
  });

  test('fails requests and sets navigator.onLine to false while offline, and restores both', async ({
    page,
  }) => {
    const condition = await goOffline(page);
    await expect(fetchMs(page)).rejects.toThrow(/Failed to fetch/);
    expect(await page.evaluate('navigator.onLine')).toBe(false);
    await condition.undo();
    await quickSometime(page);
    expect(await page.evaluate('navigator.onLine')).toBe(true);
  });

  test('stays after a navigation, spares other pages, and ends after its time to live', async ({
    page,
    service,
  }) => {
    const other = await page.context().newPage();
    await other.goto(service.baseURL);
    const condition = await throttle(page, { latencyMs: 300 }, { ttlMs: 5000 });
    await page.goto(service.baseURL);
    expect(await fetchMs(page)).toBeGreaterThan(299);
    await quickSometime(other);
    await quickSometime(page);
    await condition.undo();
  });

  test('can be undone after the page is closed', async ({ page }) => {
    const [one, two] = [await throttle(page, { latencyMs: 300 }), await goOffline(page)];
    await page.close();
    await one.undo();
    await two.undo();
  });

  test('names all invalid values in one error', async ({ page }) => {
    await expect(throttle(page, { latencyMs: Number.NaN, downKbps: 0 })).rejects.toThrow(
      new UserError(
        'Throttling: latencyMs is NaN, but must be a number from 0 to 2147483647; downKbps is 0, but must be a number above 0.',
      ),
    );
  });
});
