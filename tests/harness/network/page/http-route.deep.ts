import type { Page } from '@playwright/test';
import { UserError } from '../../../../src/kernel/errors.ts';
import { impairRequests } from '../../../../src/network/page/http-route.ts';
import { expect, test } from './page-fixture.ts';

/** Which of so many requests, one after the other, arrived. */
const arrivals = (page: Page, count: number, path = '/small') =>
  page.evaluate<boolean[]>(`(async () => {
    const arrived = [];
    for (let n = 0; n < ${count}; n++) arrived.push(await fetch('${path}').then(() => true, () => false));
    return arrived;
  })()`);

const lostOf = (arrived: readonly boolean[]) => arrived.filter((one) => !one).length;

test.describe('HTTP requests of a page', () => {
  test.beforeEach(async ({ page, service }) => {
    await page.goto(service.baseURL);
  });

  for (const lossPercent of [0, 100]) {
    test(`at ${lossPercent} % loss, ${lossPercent === 0 ? 'none' : 'every one'} is lost`, async ({
      page,
    }) => {
      await using condition = await impairRequests(page, { seed: 1, lossPercent });
      expect(lostOf(await arrivals(page, 20))).toBe(lossPercent / 5);
      expect(condition.layer).toBe('http-route');
      expect(await condition.achieved()).toMatchObject({
        requests: 20,
        loss: { setPercent: lossPercent, lost: lossPercent / 5, of: 20, percent: lossPercent, agrees: true },
      });
    });
  }

  test('at 30% loss, the report equals what the page saw, and lies in the interval', async ({ page }) => {
    await using condition = await impairRequests(page, { seed: 1, lossPercent: 30 });
    const lost = lostOf(await arrivals(page, 300));
    const { loss } = await condition.achieved();
    expect(loss).toMatchObject({ lost, of: 300, agrees: true });
    expect(lost).toBeGreaterThan(0);
  });

  test('the same seed loses the same requests, however they interleave; another seed others', async ({
    page,
  }) => {
    const pattern = async (seed: number, together: boolean) => {
      await using _ = await impairRequests(page, { seed, lossPercent: 50 });
      if (!together) return [await arrivals(page, 30, '/small'), await arrivals(page, 30, '/blob')];
      return await page
        .evaluate<boolean[][]>(`Promise.all(['/blob', '/small'].map(async (path) => {
        const arrived = [];
        for (let n = 0; n < 30; n++) arrived.push(await fetch(path + '?n=' + n).then(() => true, () => false));
        return arrived;
      }))`)
        .then((both) => both.reverse());
    };
    const first = await pattern(7, false);
    expect(await pattern(7, true)).toEqual(first);
    expect(await pattern(8, false)).not.toEqual(first);
  });

  test('adds the delay to each request, and reports the measured delay', async ({ page }) => {
    await using condition = await impairRequests(page, { seed: 1, delayMs: 150 });
    const tookMs = await page.evaluate<number>(
      '(async () => { const began = performance.now(); await fetch("/small"); return performance.now() - began; })()',
    );
    expect(tookMs).toBeGreaterThan(149);
    const { delayed, meanDelayMs } = await condition.achieved();
    expect(delayed).toBe(1);
    expect(meanDelayMs).toBeGreaterThanOrEqual(150);
  });

  test('only the addresses that match', async ({ page }) => {
    await using condition = await impairRequests(page, { seed: 1, lossPercent: 100, url: '**/blob*' });
    expect(await arrivals(page, 3, '/small')).toEqual([true, true, true]);
    expect(await arrivals(page, 3, '/blob?bytes=1')).toEqual([false, false, false]);
    expect((await condition.achieved()).requests).toBe(3);
  });

  for (const [lostAs, told] of [
    ['connectionfailed', 'net::ERR_CONNECTION_FAILED'],
    ['timedout', 'net::ERR_TIMED_OUT'],
  ] as const) {
    test(`lost as ${lostAs}`, async ({ page }) => {
      await using _ = await impairRequests(page, { seed: 1, lossPercent: 100, lostAs });
      const failed = page.waitForEvent('requestfailed');
      await arrivals(page, 1);
      expect((await failed).failure()?.errorText).toBe(told);
    });
  }

  test('undone, twice: requests that wait leave at once, later ones are not touched', async ({ page }) => {
    const condition = await impairRequests(page, { seed: 1, delayMs: 600_000 });
    const waiting = arrivals(page, 1);
    await expect.poll(async () => (await condition.achieved()).requests).toBe(1);
    await condition.undo();
    await condition.undo();
    expect(await waiting).toEqual([true]);
    expect(await arrivals(page, 5)).toEqual(Array(5).fill(true));
    expect((await condition.achieved()).requests).toBe(1);
  });

  test('ends by itself after its time to live', async ({ page }) => {
    await impairRequests(page, { seed: 1, lossPercent: 100, ttlMs: 2000 });
    expect(await arrivals(page, 1)).toEqual([false]);
    await expect.poll(() => arrivals(page, 1)).toEqual([true]);
  });

  test('may be undone when the page is gone', async ({ page }) => {
    const condition = await impairRequests(page, { seed: 1, delayMs: 600_000 });
    const waiting = arrivals(page, 1).catch(() => undefined);
    await expect.poll(async () => (await condition.achieved()).requests).toBe(1);
    await page.close();
    await condition.undo();
    await waiting;
  });

  test('wrong values are named, all at once', async ({ page }) => {
    await expect(impairRequests(page, { seed: 1, lossPercent: 101, delayMs: -1 })).rejects.toThrow(
      new UserError(
        'Requests: lossPercent is 101, but must be a number from 0 to 100; delayMs is -1, but must be a number from 0 to 2147483647.',
      ),
    );
  });
});
