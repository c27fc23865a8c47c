import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { JWT } from '../reporters/planted.ts';
import { Run, run, survivors } from './run.ts';

interface ExemplarIndex {
  readonly totalBytes: number;
  readonly files: readonly {
    readonly file: string;
    readonly bytes: number;
    readonly kind: 'trace' | 'screenshot';
    readonly who: string;
    readonly explains: readonly { readonly operation: string }[];
  }[];
}

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
    const { files } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as ExemplarIndex;
    const explained = files.flatMap(({ explains }) => explains.map(({ operation }) => operation));
    expect(explained).toEqual(expect.arrayContaining(measured));
    // One file for each session, and no other file.
    expect(readdirSync(folder).sort()).toEqual([...files.map(({ file }) => file), 'index.json'].sort());
    const traces = files.filter(({ kind }) => kind === 'trace');
    expect(new Set(traces.map(({ who }) => who)).size).toBe(traces.length);
    for (const { file, bytes, explains } of traces) {
      expect(bytes).toBeLessThanOrEqual(2 ** 20);
      const inside = texts(join(folder, file));
      expect(inside.filter((text) => JWT.test(text))).toEqual([]);
      if (explains.some(({ operation }) => operation === 'page.join'))
        expect(inside.join('\n')).toContain('/join');
    }
    await expect.poll(() => survivors(seen)).toEqual([]);
  });

  for (const [page, defects, state] of [
    ['a page that moves', 'page-moves', 'missed'],
    ['the page of the reference service', '', 'met'],
  ] as const)
    test(`judges the layout shift of ${page} as ${state}`, async () => {
      test.setTimeout(300_000);
      const { summary } = await run({
        BROWSER_USERS: '4',
        BROWSER_TRACE_EVERY: '0',
        CONCURRENT_USERS: '12',
        TEST_DURATION: '10',
        REQUESTS_PER_USER: '5',
        TARGETS: '',
        SERVICE_DEFECTS: defects,
        REQUEST_TIMEOUT_MS: '60000',
        DRAIN_TIMEOUT: '150',
      });
      const { targets, browsers } = summary!;
      expect(targets, JSON.stringify(browsers!.notJudged)).toContainEqual(
        expect.objectContaining({ target: 'page.cls p75 <= 0.1', state }),
      );
    });
  test('leaves at most 25 MB with default settings and a trace of each session', async () => {
    test.setTimeout(400_000);
    const { output, id } = await new Run({
      // The default settings, as in `npm start`.
      ...{ CONCURRENT_USERS: '', TEST_DURATION: '', REQUESTS_PER_USER: '', THINK_TIME_MS: '', TARGETS: '' },
      ...{ BROWSER_USERS: '2', BROWSER_TRACE_EVERY: '1', PLAYWRIGHT_HTML_OUTPUT_DIR: '' },
    }).end();
    const folder = runFolder(id!);
    const { totalBytes, files } = JSON.parse(
      readFileSync(join(folder, 'exemplars/index.json'), 'utf8'),
    ) as ExemplarIndex;
    expect(files.length, output).toBeGreaterThan(1);
    expect(totalBytes).toBeLessThanOrEqual(8 * 2 ** 20);
    // A file with several links counts once, as in `du`.
    const sizes = new Map<number, number>();
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const { ino, blocks } = statSync(join(entry.parentPath, entry.name));
      sizes.set(ino, blocks * 512);
    }
    const bytes = [...sizes.values()].reduce((sum, one) => sum + one, 0);
    expect(bytes).toBeGreaterThan(totalBytes);
    expect(bytes).toBeLessThanOrEqual(25_000_000);
    for (const place of ['html/data', 'allure-results']) {
      const copies = readdirSync(join(folder, place)).filter((name) => name.endsWith('.zip'));
      expect(copies).toHaveLength(files.filter(({ kind }) => kind === 'trace').length);
    }
  });
});
