import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { launchService } from '../service/service-process.ts';
import { withoutPage } from './pageless.ts';
import { Run, run, survivors } from './run.ts';

const JWT = /eyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]{6,}/;

function texts(zip: string): string[] {
  return Object.entries(unzipSync(readFileSync(zip)))
    .filter(([name]) => !/\.(jpe?g|png)$/.test(name))
    .map(([, content]) => strFromU8(content, true));
}

test.describe('a load run with people in browsers', () => {
  test.skip(whyNoBrowser() !== undefined, whyNoBrowser());

  test('they are measured apart and together, the slowest are kept, and no process is left', async () => {
    test.slow();
    // Two of them in the first share: it has a second session, which is traced, however long the first one takes.
    const load = new Run({ BROWSER_USERS: '3', BROWSER_TRACE_EVERY: '2', TEST_DURATION: '6', TARGETS: '' });
    await expect.poll(() => load.output, { timeout: 60_000 }).toContain('meeting-sessions');
    const seen = load.descendants;
    expect([...seen.values()].filter((command) => command.includes('type=renderer')).length).toBeGreaterThan(
      0,
    );
    const { output, summary } = await load.end();
    const { browsers, operations, totals, targets, shares, selfCheck } = summary!;
    expect(shares.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(browsers).toMatchObject({ asked: 3, reached: 3, without: null, crashes: 0, troubles: [] });
    expect(browsers!.sessions.completed).toBe(browsers!.sessions.started);
    expect(Object.keys(browsers!.experience)).toEqual(
      expect.arrayContaining(['page.open', 'page.join', 'page.lcp', 'page.ttfb', 'page.cls']),
    );
    const { protocol, browsers: inPages } = browsers!.apart;
    expect(protocol.total + inPages.total).toBe(totals.total);
    expect(inPages.total).toBeGreaterThan(0);
    // The service counted the calls of both.
    for (const [name, { server, total }] of Object.entries(operations))
      if (server) expect({ name, count: server.count }).toEqual({ name, count: total });
    expect(summary!.reasons.filter((reason) => reason.includes('do not add up'))).toEqual([]);
    const judged = [...targets, ...browsers!.notJudged].map(({ target }) => target);
    expect(judged).toContain('page.join p75 < 3000 ms');
    expect(selfCheck.findings.map(({ check }) => check)).toContain('CPU of all browsers of the machine’s');
    expect(output).toContain('In browsers');

    const folder = join(runFolder(summary!.run.id), 'exemplars');
    expect(browsers!.traced).toBeGreaterThan(0);
    // Every operation that traced sessions measured has its slowest; of few hands, others may not have told in time.
    const measured = Object.entries(operations).flatMap(([name, { outcomes }]) => {
      const operation = /^traced\.(page\..*)/.exec(name)?.[1];
      if (operation === undefined || operation === 'page.session') return [];
      return (outcomes.ok ?? 0) >= (operation === 'page.hand-visible' ? 3 : 1) ? [operation] : [];
    });
    expect(measured).toEqual(expect.arrayContaining(['page.open', 'page.join', 'page.lcp', 'page.ttfb']));
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(measured));
    const traces = readdirSync(join(folder, 'page.join'));
    expect(traces.length).toBeGreaterThan(0);
    for (const name of traces) {
      const inside = texts(join(folder, 'page.join', name));
      expect(inside.join('\n')).toContain('/join');
      expect(inside.filter((text) => JWT.test(text))).toEqual([]);
    }
    await expect.poll(() => survivors(seen)).toEqual([]);
  });

  test('a service without a page: protocol only, and it says so', async () => {
    const upstream = launchService({ JWT_SECRET: 'change-me', LOG_LEVEL: 'warn' });
    try {
      await using service = await withoutPage(await upstream.ready);
      const { output, summary } = await run({
        BROWSER_USERS: '2',
        MEETINGS_SERVICE_URL: service.url,
        TARGETS: '',
      });
      expect(summary!.browsers).toMatchObject({ asked: 2, reached: 0, sessions: { started: 0 } });
      expect(summary!.browsers!.without).toContain('no meeting room');
      expect(output).toContain('nobody, 2 asked: the service has no meeting room');
      expect(summary!.sessions.completed).toBeGreaterThan(0);
      // What nobody could measure is no miss.
      expect(summary!.targets.filter(({ target }) => target.startsWith('page.'))).toEqual([]);
      expect(summary!.reasons.filter((reason) => reason.includes('page.'))).toEqual([]);
    } finally {
      upstream.process.kill('SIGTERM');
      await upstream.ended;
    }
  });
});

test('a browser that cannot start: one sentence with the way out, and nothing is loaded', async () => {
  const { code, output, summary } = await run({ BROWSER_USERS: '2', CHROMIUM_PATH: '/bin/false' });
  expect(code).toBe(1);
  expect(output).toMatch(/No browser starts: \/bin\/false .*Run `npm run setup`.*BROWSER_USERS=0/);
  expect(output.match(/No browser starts/g)).toHaveLength(1);
  expect(summary).toBeUndefined();
});
