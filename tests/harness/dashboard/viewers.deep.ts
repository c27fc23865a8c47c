import { expect, test } from '@playwright/test';
import { Watched } from './watched.ts';

test.describe('the event stream of the dashboard', () => {
  test('sends the whole run first, then a delta each second', async () => {
    await using watched = await Watched.start();
    for (let second = 0; second < 3; second++) watched.run.second();
    const viewer = await watched.viewer();
    await expect.poll(() => viewer.frames.length).toBe(1);
    expect(viewer.last).toMatchObject({ run: watched.run.live.facts.id, isWhole: true, end: null });
    expect(viewer.last!.seconds.map(([second]) => second)).toEqual([0, 1, 2]);
    watched.run.second([{ latencyMs: 400, count: 100 }]);
    await expect.poll(() => viewer.frames.length).toBe(2);
    expect(viewer.last).toMatchObject({ isWhole: false, results: null });
    expect(viewer.last!.seconds.map(([second]) => second)).toEqual([3]);
    expect(viewer.last!.log.map(({ text }) => text)).toEqual(['p95 < 100 ms: missed, 400 ms']);
    expect(viewer.last!.crowd).toMatchObject({ total: 380, perSecond: 200, users: 10, failed: 0 });
  });

  test('sends the missed seconds on reconnection, or the whole run after an unknown event ID', async () => {
    await using watched = await Watched.start();
    watched.run.second();
    const before = await watched.viewer();
    await expect.poll(() => before.frames.length).toBe(1);
    before.close();
    watched.run.second();
    watched.run.second();
    const again = await watched.viewer({ 'last-event-id': before.lastId });
    await expect.poll(() => again.frames.length).toBe(1);
    expect(again.last!.isWhole).toBe(false);
    expect(again.last!.seconds.map(([second]) => second)).toEqual([1, 2]);
    for (const id of [before.lastId.replace('x7f3', 'aaaa'), 'nonsense', '%/%/1/1/1', '', '////']) {
      const other = await watched.viewer({ 'last-event-id': id });
      await expect.poll(() => other.frames.length).toBe(1);
      expect({ id, isWhole: other.last!.isWhole }).toEqual({ id, isWhole: true });
      expect(other.last!.seconds).toHaveLength(3);
    }
  });

  test('sends the same frames to several viewers', async () => {
    await using watched = await Watched.start();
    const viewers = await Promise.all([watched.viewer(), watched.viewer(), watched.viewer()]);
    for (let second = 0; second < 5; second++) watched.run.second();
    for (const viewer of viewers) await expect.poll(() => viewer.frames.length).toBe(6);
    expect(viewers[1]!.frames.slice(1)).toEqual(viewers[0]!.frames.slice(1));
  });

  test('refuses a 33rd viewer with 503 and keeps the other viewers connected', async () => {
    await using watched = await Watched.start();
    const viewers = await Promise.all(Array.from({ length: 32 }, () => watched.viewer()));
    expect((await fetch(`${watched.url}/events`)).status).toBe(503);
    watched.run.second();
    await expect.poll(() => viewers.map(({ frames }) => frames.length)).toEqual(viewers.map(() => 2));
    viewers[0]!.close();
    await expect
      .poll(async () => {
        const viewer = await watched.viewer();
        viewer.close();
        return viewer.response.statusCode;
      })
      .toBe(200);
  });

  test('skips frames for a viewer that does not read, and lets it catch up later', async () => {
    await using watched = await Watched.start();
    const [sleeper, reader] = [await watched.sleeper(), await watched.viewer()];
    // More than the socket buffers hold: 1500 frames of about 12 kB.
    const names = Array.from({ length: 100 }, (_, index) => `operation.${index}`);
    watched.run.second(names.map((name) => ({ name, count: 1 })));
    const ticks = 1500;
    for (let tick = 0; tick < ticks; tick++) {
      watched.run.live.log.add('run', `entry ${tick}`);
      watched.run.live.tick();
      // Frames are written when the event loop turns, as between two seconds of a run.
      await new Promise(setImmediate);
    }
    await expect.poll(() => reader.last!.log.at(-1)?.text).toBe(`entry ${ticks - 1}`);
    const [frameBytes, sent] = [reader.text.length / reader.frames.length, reader.text.length];
    expect(frameBytes).toBeGreaterThan(10_000);
    let slept = '';
    sleeper.setEncoding('utf8').on('data', (text: string) => {
      slept += text;
    });
    sleeper.resume();
    const caughtUp = () => {
      watched.run.live.tick();
      return slept.includes(`entry ${ticks - 1}`);
    };
    await expect.poll(caughtUp).toBe(true);
    expect(slept.length).toBeLessThan(sent / 2);
  });

  test('sends the end of the run without waiting for a viewer that does not read', async () => {
    const watched = await Watched.start();
    const [viewer] = [await watched.viewer(), await watched.sleeper()];
    watched.run.second();
    watched.run.live.end('failed');
    const end = { verdict: 'failed', sentences: [], folder: 'reports/runs/x', reports: [] } as const;
    watched.dashboard.conclude(end, 'reports/runs/x');
    await watched.dashboard.close();
    expect(viewer.last!.end).toEqual(end);
    expect(viewer.frames.flatMap(({ log }) => log).at(-1)).toMatchObject({
      text: 'the run is over: failed',
      tone: 'bad',
    });
    await expect(fetch(watched.url)).rejects.toThrow();
  });
});
