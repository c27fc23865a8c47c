import type { Page } from '@playwright/test';
import { armWebRtc, loseWebRtcPackets } from '../../../../src/network/page/webrtc-loss.ts';
import { expect, test } from './page-fixture.ts';
import type { ProbeService } from './probe/service.ts';

/** Connects two pages by WebRTC. Skips the test if WebRTC does not work in this browser. */
async function call(page: Page, service: ProbeService): Promise<Page> {
  const beside = await page.context().newPage();
  for (const end of [page, beside]) {
    await end.goto(service.baseURL);
    await end.addScriptTag({ url: '/probe.js', type: 'module' });
    await end.waitForFunction('globalThis.probe !== undefined');
  }
  const offer = await page.evaluate('probe.offer()');
  const answer = await beside.evaluate(`probe.answer(${JSON.stringify(offer)})`);
  await page.evaluate(`probe.accept(${JSON.stringify(answer)})`);
  const flows = await Promise.all([page, beside].map((end) => end.evaluate<boolean>('probe.flows()')));
  test.skip(flows.includes(false), 'two pages of this browser do not reach each other by WebRTC');
  return beside;
}

/** Sends messages from one page, and returns how many arrived in the other. */
async function delivered(from: Page, to: Page, count: number): Promise<number> {
  const before = await to.evaluate<number>('probe.messages');
  await from.evaluate(`probe.say(${count})`);
  return (await to.evaluate<number>('probe.messages')) - before;
}

/** Resolves when nothing has arrived for half a second. */
async function quiet(page: Page): Promise<void> {
  const messages = () => page.evaluate<number>('probe.messages');
  let before = -1;
  for (let now = await messages(); now !== before; now = await messages()) {
    before = now;
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 500))');
  }
}

test.describe('The loss of a page’s WebRTC packets', () => {
  test('drops 0, 30 and 100% of the packets of a call, and none after it is undone', async ({
    page,
    service,
  }) => {
    await armWebRtc(page);
    const beside = await call(page, service);
    const set = async (percent: number) => {
      await using condition = await loseWebRtcPackets(page, { percent });
      const up = await delivered(page, beside, 200);
      const down = await delivered(beside, page, 200);
      return { up, down, achieved: await condition.achieved() };
    };

    const none = await set(0);
    // The channel does not retransmit, so a message may be missing, and the last messages may still be in flight.
    for (const end of [page, beside])
      await expect.poll(() => end.evaluate('probe.messages')).toBeGreaterThan(190);
    expect(none.achieved).toMatchObject({ connections: 1, loss: { lost: 0, agrees: true } });

    const some = await set(30);
    test.skip(
      some.achieved.call === 'page' && some.achieved.loss.lost === 0,
      'this browser loses no packets',
    );
    expect(some.up).toBeLessThan(190);
    expect(some.down).toBeLessThan(190);
    expect(some.achieved.loss.lost).toBeGreaterThan(0);
    expect(some.achieved.loss.of).toBeGreaterThan(30);
    expect(some.achieved.loss.agrees).toBe(true);

    await Promise.all([quiet(page), quiet(beside)]);
    const all = await set(100);
    expect([all.up, all.down]).toEqual([0, 0]);

    await expect.poll(() => delivered(page, beside, 20), { timeout: 30_000 }).toBeGreaterThan(15);
    await expect.poll(() => delivered(beside, page, 20), { timeout: 30_000 }).toBeGreaterThan(15);
  });

  test('does not confirm the loss on a page without WebRTC', async ({ page, service }) => {
    await page.goto(service.baseURL);
    await using condition = await loseWebRtcPackets(page, { percent: 30 });
    expect(await condition.achieved()).toMatchObject({
      connections: 0,
      loss: { of: 0, percent: null, agrees: false },
    });
    expect(condition.layer).toBe('webrtc');
  });

  test('can be undone after the page is closed', async ({ page }) => {
    const condition = await loseWebRtcPackets(page, { percent: 30 });
    await page.close();
    await condition.undo();
    expect((await condition.achieved()).loss.of).toBe(0);
  });
});
