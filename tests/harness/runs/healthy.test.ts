import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobFolder } from '../../../src/run/report-folders.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { JWT, placesHolding, textsBelow } from '../reporters/planted.ts';
import { expectEachEventOnce, expectHonest } from './honest.ts';
import { merge } from './merge.ts';
import { expect, test } from './recorded-run.ts';
import { survivors } from './run.ts';

test.describe('a load run on a healthy service', () => {
  test('meets its targets, writes its reports, and leaves no process', async ({ recordedRun }) => {
    const { code, output, summary, folder, htmlFolder, processes } = recordedRun;
    expectHonest(code, summary);
    expect(output).toContain(summary.verdict.toUpperCase());
    expect(summary).toMatchObject({ partial: false, users: { requested: 6 } });
    expect(summary.targets.map(({ state }) => state)).toEqual(['met', 'met']);
    expect(summary.slices).toMatchObject([{ state: 'finished' }, { state: 'finished' }]);
    expect(summary.sessions.completed).toBe(summary.sessions.started);
    expect(summary.operations['event.delivery']?.total).toBeGreaterThan(0);
    expectEachEventOnce(summary);
    // The service counted the same calls as the participants.
    for (const [name, { server, total }] of Object.entries(summary.operations)) {
      if (server) expect({ name, count: server.count }).toEqual({ name, count: total });
    }
    // The time series have both workers and the figures of the service.
    expect(summary.series.generator.map(({ slice }) => slice)).toEqual([1, 2]);
    expect(summary.series.service!.atS.length).toBeGreaterThan(2);
    expect(summary.series.service!.memoryBytes.every((bytes) => bytes! > 0)).toBe(true);
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    expect(page).toContain(`meeting-sessions: ${summary.verdict}`);
    // The page of all runs lists it and can compare it.
    expect(output).toContain('All runs reports/index.html');
    const allRuns = readFileSync(join(folder, '../../index.html'), 'utf8');
    expect(allRuns).toContain(`aria-label="Compare run ${summary.run.id}"`);
    // Playwright's report has the verdict in its banner, which is above each of its pages.
    const shown = readFileSync(join(htmlFolder, 'index.html'), 'utf8');
    expect(shown).toContain(`<aside id="fullhouse-answer" class="${summary.verdict}">`);
    // BROWSER_USERS=0 means no browser participants.
    expect(summary.browsers).toBeNull();
    expect(output).not.toContain('In browsers');
    expect(existsSync(join(folder, 'exemplars'))).toBe(false);
    // The dashboard is off.
    expect(output).not.toContain('Live dashboard');
    await expect.poll(() => survivors(processes)).toEqual([]);
  });

  test('writes no secret and no token to any file', async ({ recordedRun }) => {
    const { output, folder, htmlFolder } = recordedRun;
    const texts = [...textsBelow(folder, htmlFolder), { place: 'console', text: output }];
    expect(placesHolding(texts, 'change-me')).toEqual([]);
    expect(texts.filter(({ text }) => JWT.test(text)).map(({ place }) => place)).toEqual([]);
    // The search covers all kinds of files.
    const places = texts.map(({ place }) => place).join('\n');
    for (const place of [
      /summary\.json$/m,
      /slice-\d\.json$/m,
      /allure-results\/.*\.json$/m,
      /blob\/.*\.zip\//m,
      /recorded-html-[^/]*\/index\.html\/base64-\d+\/.*\.json$/m,
    ])
      expect(places).toMatch(place);
  });

  test('a merge of the blob report of a run gives the same figures', async ({ recordedRun }) => {
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-merge-'));
    try {
      const blobs = join(folder, 'blobs');
      cpSync(blobFolder(recordedRun.id), blobs, { recursive: true });
      const past = { HISTORY_FOLDER: join(folder, 'history'), BASELINES_FOLDER: join(folder, 'baselines') };
      const { code, id, summary } = await merge(blobs, past);
      const { totals, targets, sessions, operations, verdict } = recordedRun.summary;
      expect(id).not.toBe(recordedRun.id);
      expect(summary).toMatchObject({ totals, targets, sessions, operations, verdict, partial: false });
      expect(code).toBe(recordedRun.code);
      rmSync(runFolder(id), { recursive: true });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
