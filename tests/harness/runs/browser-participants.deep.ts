import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { JWT } from '../reporters/planted.ts';
import { Run, survivors } from './run.ts';

function texts(zip: string): string[] {
  return Object.entries(unzipSync(readFileSync(zip)))
    .filter(([name]) => !/\.(jpe?g|png)$/.test(name))
    .map(([, content]) => strFromU8(content, true));
}

test.describe('a load run with browser participants', () => {
  test.skip(whyNoBrowser() !== undefined, whyNoBrowser());

  test('measures them separately and in total, keeps the slowest traces, and leaves no process', async () => {
    test.setTimeout(400_000);
    // The first slice has two browsers, so it has a second session, which is traced.
    const load = new Run({
      BROWSER_USERS: '3',
      BROWSER_TRACE_EVERY: '2',
      TEST_DURATION: '6',
      TARGETS: '',
      // Browsers have a low priority. On a busy machine, a page may need a long time.
      REQUEST_TIMEOUT_MS: '60000',
      DRAIN_TIMEOUT: '150',
    });
    await load.prints('meeting-sessions');
    const renderers = () => [...load.descendants.values()].filter((one) => one.includes('type=renderer'));
    await expect.poll(renderers, { timeout: 60_000 }).not.toEqual([]);
    const seen = load.descendants;
    const { output, summary } = await load.end();
    const { browsers, operations, totals, targets, slices, selfCheck } = summary!;
    expect(slices.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(browsers).toMatchObject({
      requested: 3,
      peak: 3,
      unavailableReason: null,
      crashes: 0,
      problems: [],
    });
    expect(browsers!.sessions.completed).toBe(browsers!.sessions.started);
    expect(Object.keys(browsers!.experience)).toEqual(
      expect.arrayContaining(['page.open', 'page.join', 'page.lcp', 'page.ttfb', 'page.cls']),
    );
    const { protocol, browsers: inPages } = browsers!.byKind;
    expect(protocol.total + inPages.total).toBe(totals.total);
    expect(inPages.total).toBeGreaterThan(0);
    // The service counts the calls of both kinds, and calls whose page closed before the answer.
    for (const [name, { server, total, outcomes }] of Object.entries(operations)) {
      if (!server) continue;
      expect(server.count, name).toBeGreaterThanOrEqual(total);
      expect(server.count, name).toBeLessThanOrEqual(
        total + (outcomes.aborted ?? 0) + browsers!.sessions.started,
      );
    }
    expect(summary!.reasons.filter(({ kind }) => kind === 'counts differ')).toEqual([]);
    const judged = [...targets, ...browsers!.notJudged].map(({ target }) => target);
    expect(judged).toContain('page.join p75 < 3000 ms');
    expect(selfCheck.findings.map(({ check }) => check)).toContain('CPU of all browsers');
    expect(output).toContain('In browsers');

    const folder = join(runFolder(summary!.run.id), 'exemplars');
    expect(browsers!.traced).toBeGreaterThan(0);
    // Every operation that a traced session measured itself has a slowest trace. For hands that others see, see
    // `crowd/exemplars.test.ts`.
    const measured = Object.entries(operations).flatMap(([name, { outcomes }]) => {
      const operation = /^traced\.(page\..*)/.exec(name)?.[1];
      if (operation === undefined || ['page.session', 'page.hand-visible'].includes(operation)) return [];
      return (outcomes.ok ?? 0) > 0 ? [operation] : [];
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
});
