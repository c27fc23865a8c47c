import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { expect } from '@playwright/test';
import { blobFolder, htmlFolder } from '../../../src/run/report-folders.ts';
import { main } from '../../../src/views/remake.ts';
import { inProcess } from '../kernel/run-command.ts';
import { type KeptRun, test } from '../reporters/kept-run.ts';

/** Saves the blob report of a completed run. */
function keepBlob({ id }: KeptRun): void {
  mkdirSync(blobFolder(id), { recursive: true });
  writeFileSync(join(blobFolder(id), `${id}.zip`), 'a blob');
}

test.describe('npx fullhouse report <run>', () => {
  test('makes every report of the run again, and lists them', async ({ keptRun }) => {
    await keptRun.keep();
    const { code, out, err, started } = await inProcess(main, [keptRun.id]);
    expect([code, err, started]).toEqual([0, '', []]);
    const lines = out.trimEnd().split('\n');
    expect(lines).toContain('The HTML report is unchanged: this run has no blob report to make it from.');
    const folder = relative(process.cwd(), keptRun.folder);
    expect(lines).toEqual(
      expect.arrayContaining(['summary.json', 'summary.md', 'index.html'].map((name) => join(folder, name))),
    );
    // The result as the run printed it comes first, and folders of many files are one line.
    expect(lines[1]).toContain('LOAD TEST RESULTS');
    expect(lines.slice(-2)[0]).toMatch(/^✅ PASSED: all 2 targets were met/);
    const paths = lines.filter((line) => line.startsWith(folder)).map((line) => line.replace(/ \(.*$/, ''));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    expect(paths).toContain(join(folder, 'allure-results'));
  });

  test('removes Allure results from before', async ({ keptRun }) => {
    await keptRun.keep();
    const old = join(keptRun.folder, 'allure-results/old-result.json');
    mkdirSync(join(keptRun.folder, 'allure-results'));
    writeFileSync(old, '{}');
    expect((await inProcess(main, [keptRun.id])).code).toBe(0);
    expect(existsSync(old)).toBe(false);
  });

  test('passes the blob report to Playwright under the ID of the run', async ({ keptRun }) => {
    await keptRun.keep();
    keepBlob(keptRun);
    const { FULLHOUSE_RUN: before } = process.env;
    const { code, started } = await inProcess(main, [keptRun.id]);
    expect(code).toBe(0);
    expect(started).toHaveLength(1);
    const [{ args, options }] = started as [(typeof started)[number]];
    expect(args.slice(1, 4)).toEqual(['merge-reports', '--config', resolve('merge.config.ts')]);
    expect(JSON.parse(options.environment!.FULLHOUSE_RUN!)).toMatchObject({ id: keptRun.id });
    expect(process.env.FULLHOUSE_RUN).toBe(before);
    // Playwright unpacks into another folder, which is removed. The blob stays.
    expect(args[4]).not.toContain(keptRun.id);
    expect(existsSync(args[4]!)).toBe(false);
    expect(readFileSync(join(blobFolder(keptRun.id), `${keptRun.id}.zip`), 'utf8')).toBe('a blob');
  });

  test('makes only the Playwright reports if the run has only a blob report', async ({ keptRun }) => {
    keepBlob(keptRun);
    expect(await inProcess(main, [keptRun.id])).toMatchObject({ code: 0, err: '' });
    for (const childExits of [1, null])
      expect(await inProcess(main, [keptRun.id], { childExits })).toMatchObject({
        code: 1,
        err: `Playwright could not make its reports from reports/runs/${keptRun.id}/blob.\nRun "${keptRun.id}" has no evidence to make a report from.\n`,
      });
  });

  test('exits with 1 if Playwright fails, after it made the other reports', async ({ keptRun }) => {
    await keptRun.keep();
    keepBlob(keptRun);
    expect(await inProcess(main, [keptRun.id], { childExits: 1 })).toMatchObject({
      code: 1,
      out: expect.stringContaining('summary.md'),
      err: `Playwright could not make its reports from reports/runs/${keptRun.id}/blob.\n`,
    });
  });

  test('rejects a second argument and an unknown run', async ({ keptRun }) => {
    await keptRun.keep();
    expect(await inProcess(main, [keptRun.id, 'x'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^Unexpected argument "x"\. See `npx fullhouse report --help`\.$/m),
    });
    expect((await inProcess(main, ['last'])).err).toMatch(
      /^"last" is not the id of a run\. Without an id, this command takes the newest run\. The latest are: \d/,
    );
    for (const nowhere of ['..', '.', '', '/'])
      expect((await inProcess(main, [nowhere])).err).toMatch(/^There is no run "/);
  });

  test('names unreadable evidence, makes the other reports and exits with 1', async ({ keptRun }) => {
    const { slicePaths } = await keptRun.keep();
    writeFileSync(slicePaths[1]!, '{"crowd": "cro');
    const { code, out, err } = await inProcess(main, [keptRun.id]);
    expect(code).toBe(1);
    expect(err).toMatch(/^cannot be read: evidence\/crowd\/slice-2\.json: /);
    expect(out.split('\n').map((path) => basename(path))).toContain('summary.json');
  });

  test('leaves out only the evidence file with an invalid value or undecodable latencies', async ({
    keptRun,
  }) => {
    const { slicePaths } = await keptRun.keep();
    const text = readFileSync(slicePaths[1]!, 'utf8');
    for (const [damaged, said] of [
      [text.replace(/"hdr":"[^"]*"/, '"hdr":"AAAA"'), 'its latencies cannot be decoded ('],
      [text.replace(/"started":\d+/, '"started":"many"'), 'sessions.started: '],
    ] as const) {
      writeFileSync(slicePaths[1]!, damaged);
      const { code, out, err } = await inProcess(main, [keptRun.id]);
      expect(code).toBe(1);
      expect(err).toContain(`cannot be read: evidence/crowd/slice-2.json: ${said}`);
      expect(err.trim().split('\n')).toHaveLength(1);
      expect(out.split('\n').map((path) => basename(path))).toContain('summary.json');
    }
  });

  test('exits with 1 for a run without evidence', async ({ keptRun }) => {
    mkdirSync(keptRun.folder, { recursive: true });
    expect(await inProcess(main, [keptRun.id])).toMatchObject({
      code: 1,
      err: `Run "${keptRun.id}" has no evidence to make a report from.\n`,
    });
  });

  test('names an unknown run and lists the latest runs', async ({ keptRun }) => {
    await keptRun.keep();
    const { code, out, err, started } = await inProcess(main, ['20000101-000000-none']);
    expect([code, out, started]).toEqual([1, '', []]);
    expect(err).toMatch(
      /^There is no run "20000101-000000-none" in reports\/runs\. Use one of: \S+(, \S+){0,4}\.\n$/,
    );
  });

  test('accepts the path of the run folder', async ({ keptRun }) => {
    await keptRun.keep();
    expect((await inProcess(main, [`reports/runs/${keptRun.id}/`])).code).toBe(0);
  });
});

test('npx fullhouse report opens the latest HTML report and exits like Playwright', async ({ keptRun }) => {
  const folder = relative(process.cwd(), htmlFolder(keptRun.id));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.html'), 'a report');
  // Later than every other report.
  const later = new Date(Date.now() + 3_600_000);
  utimesSync(join(folder, 'index.html'), later, later);
  for (const [childExits, code] of [
    [0, 0],
    [1, 1],
    [null, 0], // Ctrl-C closes it
  ] as const) {
    const ran = await inProcess(main, [], { childExits });
    expect(ran).toMatchObject({ code, out: '', err: '' });
    expect(ran.started.map(({ args }) => args.slice(1))).toEqual([['show-report', folder]]);
  }
});
