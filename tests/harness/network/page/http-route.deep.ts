import type { Page } from '@playwright/test';
import { UserError } from '../../../../src/kernel/errors.ts';
import { impairRequests } from '../../../../src/network/page/http-route.ts';
import { expect, test } from './page-fixture.ts';

/** Makes requests one after the other, and returns which of them arrived. */
const arrivals = (page: Page, count: number, path = '/small') =>
  page.evaluate<boolean[]>(`(async () => {
    const arrived = [];
    for (let n = 0; n < ${count}; n++) arrived.push(await fetch('${path}').then(() => true, () => false));
    return arrived;
  })()`);

const lostOf = (arrived: readonly boolean[]) => arrived.filter((one) => !one).length;

test.describe('The impairment of a page’s HTTP requests', () => {
  test.beforeEach(async ({ page, service }) => {
    await page.goto(service.baseURL);
  });

  for (const lossPercent of [0, 100]) {
    test(`loses ${lossPercent === 0 ? 'no request' : 'every request'} at ${lossPercent}% loss`, async ({
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

  test('reports the losses that the page saw at 30% loss, and they lie in the interval', async ({ page }) => {
    await using condition = await impairRequests(page, { seed: 1, lossPercent: 30 });
    const lost = lostOf(await arrivals(page, 300));
    const { loss } = await condition.achieved();
    expect(loss).toMatchObject({ lost, of: 300, agrees: true });
    expect(lost).toBeGreaterThan(0);
  });

  test('loses the same requests for the same seed when paths interleave, and others for another seed', async ({
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

  test('adds the delay to a request, and reports the measured delay', async ({ page }) => {
    await using condition = await impairRequests(page, { seed: 1, delayMs: 150 });
    const tookMs = await page.evaluate<number>(
      '(async () => { const began = performance.now(); await fetch("/small"); return performance.now() - began; })()',
    );
    expect(tookMs).toBeGreaterThan(149);
    const { delayed, meanDelayMs } = await condition.achieved();
    expect(delayed).toBe(1);
    expect(meanDelayMs).toBeGreaterThanOrEqual(150);
  });

  test('impairs only the requests whose URL matches', async ({ page }) => {
    await using condition = await impairRequests(page, { seed: 1, lossPercent: 100, url: '**/blob*' });
    expect(await arrivals(page, 3, '/small')).toEqual([true, true, true]);
    expect(await arrivals(page, 3, '/blob?bytes=1')).toEqual([false, false, false]);
    expect((await condition.achieved()).requests).toBe(3);
  });

  for (const [lostAs, told] of [
    ['connectionfailed', 'net::ERR_CONNECTION_FAILED'],
    ['timedout', 'net::ERR_TIMED_OUT'],
  ] as const) {
    test(`fails a lost request with ${told} when lostAs is ${lostAs}`, async ({ page }) => {
      await using _ = await impairRequests(page, { seed: 1, lossPercent: 100, lostAs });
      const failed = page.waitForEvent('requestfailed');
      await arrivals(page, 1);
      expect((await failed).failure()?.errorText).toBe(told);
    });
  }

  test('releases waiting requests on undo, leaves later requests alone, and ignores a second undo', async ({
    page,
  }) => {
    const condition = await impairRequests(page, { seed: 1, delayMs: 600_000 });
    const waiting = arrivals(page, 1);
    await expect.poll(async () => (await condition.achieved()).requests).toBe(1);
    await condition.undo();
    await condition.undo();
    expect(await waiting).toEqual([true]);
    expect(await arrivals(page, 5)).toEqual(Array(5).fill(true));
    expect((await condition.achieved()).requests).toBe(1);
  });

  test('ends after its time to live', async ({ page }) => {
    await impairRequests(page, { seed: 1, lossPercent: 100, ttlMs: 2000 });
    expect(await arrivals(page, 1)).toEqual([false]);
    await expect.poll(() => arrivals(page, 1)).toEqual([true]);
  });

  test('can be undone after the page is closed', async ({ page }) => {
    const condition = await impairRequests(page, { seed: 1, delayMs: 600_000 });
    const waiting = arrivals(page, 1).catch(() => undefined);
    await expect.poll(async () => (await condition.achieved()).requests).toBe(1);
    await page.close();
    await condition.undo();
    await waiting;
  });

  test('names all invalid values in one error', async ({ page }) => {
    await expect(impairRequests(page, { seed: 1, lossPercent: 101, delayMs: -1 })).rejects.toThrow(
      new UserError(
        'Requests: lossPercent is 101, but must be a number from 0 to 100; delayMs is -1, but must be a number from 0 to 2147483647.',
      ),
    );
  });
});
