import type { Page } from '@playwright/test';
import { UserError } from '../../../../src/kernel/errors.ts';
import { type FramesImpairment, impairFrames } from '../../../../src/network/page/ws-frames.ts';
import { expect, test } from './page-fixture.ts';
import type { ProbeService } from './probe/service.ts';

/** Opens a socket in the page, whose application events are impaired. */
async function connect(page: Page, service: ProbeService, wanted: FramesImpairment) {
  const condition = await impairFrames(page, {
    frames: (frame) => String(frame).startsWith('42'),
    ...wanted,
  });
  await page.goto(service.baseURL);
  await page.addScriptTag({ url: '/probe.js', type: 'module' });
  await page.waitForFunction('globalThis.probe !== undefined');
  expect(await page.evaluate('probe.connect()')).not.toBeNull();
  await page.evaluate(`
    probe.echoed = [];
    probe.socket.addEventListener('message', ({ data }) => {
      if (data.startsWith('42')) probe.echoed.push(JSON.parse(data.slice(2))[1]);
    });
  `);
  return condition;
}

const send = (page: Page, from: number, count: number) =>
  page.evaluate(
    `for (let n = ${from}; n < ${from + count}; n++) probe.socket.send('42' + JSON.stringify(['echo', n]))`,
  );

const echoed = (page: Page) => page.evaluate<number[]>('probe.echoed');

const sequence = (count: number) => Array.from({ length: count }, (_, n) => n);

test.describe('The impairment of a page’s WebSocket frames', () => {
  test('delivers every frame in order at 0% loss', async ({ page, service }) => {
    const condition = await connect(page, service, { seed: 1 });
    await send(page, 0, 50);
    await expect.poll(() => echoed(page)).toEqual(sequence(50));
    expect(await condition.achieved()).toMatchObject({
      sockets: 1,
      up: { frames: 50, loss: { lost: 0, agrees: true }, closes: 0 },
      down: { frames: 50, loss: { lost: 0, agrees: true }, closes: 0 },
    });
  });

  for (const direction of ['up', 'down'] as const) {
    test(`loses every frame at 100% loss ${direction}, and keeps the socket open`, async ({
      page,
      service,
    }) => {
      const condition = await connect(page, service, { seed: 1, [direction]: { lossPercent: 100 } });
      await send(page, 0, 20);
      await expect
        .poll(async () => (await condition.achieved())[direction].loss)
        .toMatchObject({
          setPercent: 100,
          lost: 20,
          of: 20,
          agrees: true,
        });
      expect(await echoed(page)).toEqual([]);
      expect(await page.evaluate('probe.socket.readyState')).toBe(1);
      // After the end of the loss, only the new frame arrives.
      await condition.undo();
      await send(page, 99, 1);
      await expect.poll(() => echoed(page)).toEqual([99]);
      expect((await condition.achieved())[direction].frames).toBe(20);
    });
  }

  test('delivers in order the frames that it does not count as lost, and repeats the losses for one seed', async ({
    page,
    service,
  }) => {
    const wanted = { seed: 3, up: { lossPercent: 30 }, down: { lossPercent: 30 } };
    const once = async () => {
      await page.goto('about:blank');
      const condition = await connect(page, service, wanted);
      await send(page, 0, 200);
      await expect
        .poll(async () => {
          const { up, down } = await condition.achieved();
          return [up.frames, down.frames, (await echoed(page)).length];
        })
        .toEqual([200, expect.any(Number), expect.any(Number)]);
      await expect
        .poll(async () => {
          const { up, down } = await condition.achieved();
          return (
            down.frames -
            (up.frames - up.loss.lost) +
            ((await echoed(page)).length - (down.frames - down.loss.lost))
          );
        })
        .toBe(0);
      const achieved = await condition.achieved();
      await condition.undo();
      return { achieved, arrived: await echoed(page) };
    };
    const { achieved, arrived } = await once();
    expect(achieved.up.loss).toMatchObject({ of: 200, agrees: true });
    expect(achieved.down.loss.agrees).toBe(true);
    expect(arrived.length).toBeGreaterThan(50);
    expect(arrived).toEqual([...arrived].sort((a, b) => a - b));
    // A handler stays with its page, so the second attempt starts on a new page.
    const second = await page.context().newPage();
    const condition = await connect(second, service, wanted);
    await send(second, 0, 200);
    await expect.poll(() => echoed(second)).toEqual(arrived);
    await condition.undo();
  });

  test('keeps the order of delayed frames, and releases waiting frames when it is undone', async ({
    page,
    service,
  }) => {
    const condition = await connect(page, service, { seed: 1, down: { delayMs: 200 } });
    const echoes = await page.evaluate<number[]>('probe.echoes(2)');
    for (const tookMs of echoes) expect(tookMs).toBeGreaterThan(199);
    expect((await condition.achieved()).down.meanDelayMs).toBeGreaterThanOrEqual(200);
    await condition.undo();

    const second = await page.context().newPage();
    const long = await connect(second, service, { seed: 1, up: { delayMs: 600_000 } });
    await send(second, 0, 10);
    await expect.poll(async () => (await long.achieved()).up.frames).toBe(10);
    await long.undo();
    await send(second, 10, 10);
    await expect.poll(() => echoed(second)).toEqual(sequence(20));
  });

  test('closes the socket of a page with code 1001, and lets the page reconnect after undo', async ({
    page,
    service,
  }) => {
    const condition = await connect(page, service, { seed: 1, up: { closePercent: 100 } });
    await send(page, 0, 1);
    await expect.poll(() => page.evaluate('probe.closed')).toBe(1001);
    expect((await condition.achieved()).up).toMatchObject({ closes: 1, loss: { lost: 0 } });
    await condition.undo();
    expect(await page.evaluate('probe.connect()')).not.toBeNull();
    expect(await page.evaluate('probe.echoes(1)')).toHaveLength(1);
  });

  test('passes a close by the service on to the page', async ({ page, service }) => {
    await connect(page, service, { seed: 1, up: { delayMs: 20 } });
    // The Socket.IO server closes the connection after a packet that it cannot read.
    await page.evaluate('probe.socket.send("x")');
    await expect.poll(() => page.evaluate('probe.closed')).toEqual(expect.any(Number));
  });

  test('ends after its time to live', async ({ page, service }) => {
    const condition = await connect(page, service, { seed: 1, up: { lossPercent: 100 }, ttlMs: 4000 });
    await send(page, 0, 1);
    await expect.poll(async () => (await condition.achieved()).up.loss.lost).toBe(1);
    await expect
      .poll(async () => {
        await send(page, 1, 1);
        return (await echoed(page)).includes(1);
      })
      .toBe(true);
  });

  test('names an invalid value in the error', async ({ page }) => {
    await expect(impairFrames(page, { seed: 1, down: { lossPercent: -1 } })).rejects.toThrow(
      new UserError('Frames: down.lossPercent is -1, but must be a number from 0 to 100.'),
    );
    await expect(impairFrames(page, { seed: 1, up: { lossPercent: 60, closePercent: 60 } })).rejects.toThrow(
      UserError,
    );
  });
});
