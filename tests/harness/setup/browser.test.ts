import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { findAgain, recall } from '../../../scripts/setup/browser.mjs';
import { installers } from '../../../scripts/setup/install-browser.mjs';
import { test } from './folder.ts';

type Context = Parameters<typeof findAgain>[0];

/** A machine with the programs `files`. Those in `broken` do not start. `said` holds the printed lines. */
function machine(file: string, files: string[], broken: string[] = []) {
  const said: string[] = [];
  const started: string[] = [];
  const context: Context = {
    candidates: ['/wish', '/own', '/system', '/last'].map((path) => ({ path, source: 'system' })),
    file,
    playwrightVersion: '1.65.1',
    patient: false,
    platform: 'linux',
    exists: (path) => files.includes(path),
    starts: async (path) => {
      started.push(path);
      return broken.includes(path) ? { mistake: 'a library is missing' } : { version: '1.2.3' };
    },
    installers: [],
    say: (line) => said.push(line),
    now: () => Date.parse('2026-01-01T12:00:00Z'),
  };
  return { context, said, started, files };
}
const saved = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

test.describe('the search for a Chromium', () => {
  test('starts the first Chromium it finds, saves its path, and prints nothing later', async ({ folder }) => {
    const { context, said, started } = machine(join(folder, 'chromium.json'), ['/system', '/last']);
    expect(recall(context)).toBeUndefined();
    await findAgain(context);
    expect(saved(context.file)).toMatchObject({ path: '/system', source: 'system', version: '1.2.3' });
    expect(said).toEqual(['Chromium: /system (1.2.3).']);
    expect(recall(context)).toEqual({ path: '/system' });
    expect(started).toEqual(['/system']);
    expect(said).toHaveLength(1);
  });

  test('reports a Chromium that does not start, and does not try it again before each run', async ({
    folder,
  }) => {
    const { context, said, started } = machine(join(folder, 'chromium.json'), ['/own', '/system'], ['/own']);
    await findAgain(context);
    expect(said).toEqual(['/own does not start: a library is missing', 'Chromium: /system (1.2.3).']);
    expect(recall(context)).toEqual({ path: '/system' });
    expect(started).toEqual(['/own', '/system']);
    expect(recall({ ...context, patient: true }), 'asked for by name, it is tried again').toBeUndefined();
  });

  test('searches again if a better Chromium appears or the chosen one disappears', async ({ folder }) => {
    const { context, files } = machine(join(folder, 'chromium.json'), ['/system']);
    await findAgain(context);
    files.push('/own');
    expect(recall(context)).toBeUndefined();
    files.splice(0, 2, '/last');
    expect(recall(context)).toBeUndefined();
  });

  test('reports a CHROMIUM_PATH that does not exist each time, and uses another Chromium', async ({
    folder,
  }) => {
    const { context, said } = machine(join(folder, 'chromium.json'), ['/system']);
    const wishing = { ...context, wish: '/wish' };
    await findAgain(wishing);
    const line = 'CHROMIUM_PATH is "/wish", which does not exist. Using /system instead.';
    expect(said[0]).toContain(line);
    expect(recall(wishing)).toEqual({ path: '/system' });
    expect(said.at(-1)).toContain(line);
    expect(said).toHaveLength(3);
  });

  test('reports a CHROMIUM_PATH that does not start', async ({ folder }) => {
    const { context, said } = machine(join(folder, 'chromium.json'), ['/wish'], ['/wish']);
    await findAgain({ ...context, wish: '/wish' });
    expect(said[0]).toContain('CHROMIUM_PATH is "/wish", which does not start. No other Chromium was found.');
    expect(saved(context.file).path).toBeNull();
  });

  test('tries the installers in order until a browser starts', async ({ folder }) => {
    const { context, said, files } = machine(join(folder, 'chromium.json'), ['/own'], ['/own', '/system']);
    const tried: string[] = [];
    const installer = (title: string, brings: string[], mistake?: string) => ({
      title,
      install: async () => {
        tried.push(title);
        files.push(...brings);
        return mistake;
      },
    });
    context.installers = [
      installer('the download', [], 'no network'),
      installer('the package', ['/system']),
      installer('the other package', ['/last']),
      installer('one too many', []),
    ];
    await findAgain(context);
    expect(tried).toEqual(['the download', 'the package', 'the other package']);
    expect(said).toContain('the download did not work: no network');
    expect(saved(context.file)).toMatchObject({ path: '/last', rejected: ['/own', '/system'] });
  });

  test('prints how to install a missing Chromium, and tries its own installation once a day', async ({
    folder,
  }) => {
    const { context, said } = machine(join(folder, 'chromium.json'), []);
    const { path } = await findAgain(context);
    expect(path).toBeNull();
    const sentence = 'No Chromium was found, so browser participants cannot run. To install one, use ';
    expect(said).toEqual([expect.stringContaining(sentence)]);
    const later = (hours: number, more: Partial<Context> = {}) =>
      recall({ ...context, now: () => context.now() + hours * 3_600_000, ...more });
    expect(later(23)).toEqual({ path: null });
    expect(said).toHaveLength(2);
    expect(later(25)).toBeUndefined();
    expect(later(-1), 'a clock that was set back').toBeUndefined();
    expect(later(1, { patient: true })).toBeUndefined();
    expect(later(1, { playwrightVersion: '1.66.0' })).toBeUndefined();
  });

  test('searches again if the saved result is damaged', async ({ folder }) => {
    const { context } = machine(join(folder, 'chromium.json'), ['/system']);
    writeFileSync(context.file, '{"path": "/sys');
    expect(recall(context)).toBeUndefined();
    await findAgain(context);
    expect(saved(context.file).path).toBe('/system');
  });
});

test.describe('the installation of Chromium', () => {
  test.skip(process.platform === 'win32', 'the stand-ins are shell scripts');

  /** Puts a program of that name and content into a folder of the test. */
  function program(folder: string, name: string, text: string) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const playwright = { packageFolder: '', browsers: [] };

  test("uses the distribution's package only as root and with apt-get", ({ folder }) => {
    const bin = join(folder, 'bin');
    program(bin, 'apt-get', 'exit 0');
    const titles = (isRoot: boolean, PATH: string, platform = 'linux') =>
      installers({ root: '/', env: { PATH }, platform, playwright, isRoot }).map(({ title }) => title);
    expect(titles(true, bin)).toEqual(["Playwright's download", "the distribution's package"]);
    expect(titles(false, bin)).toEqual(["Playwright's download"]);
    expect(titles(true, join(folder, 'empty'))).toEqual(["Playwright's download"]);
    expect(titles(true, bin, 'darwin')).toEqual(["Playwright's download"]);
  });

  test('asks apt-get for the headless shell, then for the full browser', async ({ folder }) => {
    const [bin, log] = [join(folder, 'bin'), join(folder, 'log')];
    program(
      bin,
      'apt-get',
      `echo "$DEBIAN_FRONTEND $*" >> ${log}\ncase "$*" in *headless-shell) echo 'E: Unable to locate package'; exit 100;; esac`,
    );
    const PATH = `${bin}:${process.env.PATH}`;
    const [way] = installers({ root: '/', env: { PATH }, platform: 'linux', isRoot: true });
    expect(await way?.install()).toBeUndefined();
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    expect(lines.map((line) => line.replace(/-o \S+ /g, ''))).toEqual([
      'noninteractive update',
      'noninteractive install -y --no-install-recommends chromium-headless-shell',
      'noninteractive install -y --no-install-recommends chromium',
    ]);
  });

  test('returns the error of apt-get if both packages are missing', async ({ folder }) => {
    const bin = join(folder, 'bin');
    program(bin, 'apt-get', "echo reading lists; echo 'E: Unable to locate package'; exit 100");
    const [way] = installers({ root: '/', env: { PATH: bin }, platform: 'linux', isRoot: true });
    expect(await way?.install()).toBe('E: Unable to locate package');
  });

  test('asks Playwright for its headless shell, and returns its error', async ({ folder: root }) => {
    const core = join(root, 'node_modules/playwright-core');
    mkdirSync(core, { recursive: true });
    const [way] = installers({ root, env: { PATH: '' }, platform: 'linux', playwright, isRoot: false });
    expect(await way?.install()).toContain('Cannot find module');
    writeFileSync(
      join(core, 'cli.js'),
      `require('fs').writeFileSync('asked', process.argv.slice(2).join(' '));
       console.log('Downloading'); console.log('Error: no way out'); process.exit(1);`,
    );
    expect(await way?.install()).toBe('Error: no way out');
    expect(readFileSync(join(root, 'asked'), 'utf8')).toBe('install --only-shell chromium');
    expect(existsSync(join(root, '.fullhouse'))).toBe(false);
  });
});
