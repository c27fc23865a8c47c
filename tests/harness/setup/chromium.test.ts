import { dirname } from 'node:path';
import { chromium, expect, test } from '@playwright/test';
import { browsersFolder, findChromium } from '../../../scripts/setup/chromium.mjs';

const playwright = {
  packageFolder: '/repo/node_modules/playwright-core',
  browsers: [
    { name: 'chromium', revision: '1255' },
    { name: 'chromium-headless-shell', revision: '1300' },
  ],
};
const linux = { platform: 'linux', home: '/home/me', env: { PATH: '/mine/bin:/usr/bin' }, playwright };

/** The order of preference among `files`: finds the best file, removes it, and repeats. */
function order(surroundings: Omit<Parameters<typeof findChromium>[0], 'exists'>, files: string[]) {
  const left = new Set(files);
  const found: string[] = [];
  for (;;) {
    const best = findChromium({ ...surroundings, exists: (path) => left.has(path) });
    if (best === undefined) return found;
    found.push(best.path);
    left.delete(best.path);
  }
}

test.describe('the preferred Chromium', () => {
  test("Linux prefers CHROMIUM_PATH, then Playwright's, then the system's headless shell", () => {
    const best = [
      '/wish',
      '/home/me/.cache/ms-playwright/chromium_headless_shell-1300/chrome-headless-shell-linux64/chrome-headless-shell',
      '/home/me/.cache/ms-playwright/chromium-1255/chrome-linux64/chrome',
      '/mine/bin/chromium-headless-shell',
      '/usr/bin/chromium-headless-shell',
      '/mine/bin/chromium',
      '/usr/bin/chromium',
      '/snap/bin/chromium',
      '/usr/bin/google-chrome-stable',
      '/usr/bin/chromium-browser',
      '/opt/google/chrome/chrome',
    ];
    const env = { ...linux.env, CHROMIUM_PATH: '/wish' };
    expect(order({ ...linux, env }, [...best].reverse())).toEqual(best);
  });

  test('macOS also finds applications of the machine and of the user', () => {
    const mac = { ...linux, platform: 'darwin', home: '/Users/me', env: { PATH: '/usr/bin' } };
    const best = [
      '/Users/me/Library/Caches/ms-playwright/chromium_headless_shell-1300/chrome-headless-shell-mac-arm64/chrome-headless-shell',
      '/opt/homebrew/bin/chromium',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Users/me/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ];
    expect(order(mac, [...best].reverse())).toEqual(best);
  });

  test('Windows finds a Chromium in PATH, the program folders and the folder of the user', () => {
    const windows = {
      ...linux,
      platform: 'win32',
      home: 'C:\\Users\\me',
      env: { Path: 'C:\\tools', PROGRAMFILES: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Users\\me\\Local' },
    };
    const best = [
      'C:\\Users\\me\\Local\\ms-playwright\\chromium_headless_shell-1300\\chrome-headless-shell-win64\\chrome-headless-shell.exe',
      'C:\\tools\\chrome.exe',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Users\\me\\Local\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Users\\me\\Local\\Chromium\\Application\\chrome.exe',
    ];
    expect(order(windows, [...best].reverse())).toEqual(best);
  });

  test('each Chromium has its source', () => {
    const sourceOf = (env: Record<string, string>, only: string) =>
      findChromium({ ...linux, env: { ...linux.env, ...env }, exists: (path) => path.startsWith(only) })
        ?.source;
    expect(sourceOf({ CHROMIUM_PATH: '/wish' }, '/wish')).toBe('CHROMIUM_PATH');
    expect(sourceOf({}, '/home/me/.cache')).toBe('playwright');
    expect(sourceOf({}, '/usr/bin')).toBe('system');
  });

  test('no Chromium is found without a file, without Playwright, or with another revision', () => {
    expect(findChromium({ ...linux, exists: () => false })).toBeUndefined();
    expect(
      findChromium({ ...linux, playwright: undefined, exists: (path) => path.includes('ms-playwright') }),
    ).toBeUndefined();
    expect(findChromium({ ...linux, exists: (path) => path.includes('chromium-1254') })).toBeUndefined();
  });
});

test.describe('the browser folder of Playwright', () => {
  const folder = (env: Record<string, string>) => browsersFolder({ ...linux, env });
  test('the browser folder follows XDG_CACHE_HOME and PLAYWRIGHT_BROWSERS_PATH', () => {
    expect(folder({})).toBe('/home/me/.cache/ms-playwright');
    expect(folder({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/ms-playwright');
    expect(folder({ PLAYWRIGHT_BROWSERS_PATH: '/browsers' })).toBe('/browsers');
    expect(folder({ PLAYWRIGHT_BROWSERS_PATH: 'here', INIT_CWD: '/repo' })).toBe('/repo/here');
    expect(folder({ PLAYWRIGHT_BROWSERS_PATH: '0' })).toBe(
      '/repo/node_modules/playwright-core/.local-browsers',
    );
  });

  test('the browser folder is the one that the installed Playwright uses', () => {
    test.skip(
      process.env.PLAYWRIGHT_BROWSERS_PATH === '0',
      'the folder is then inside a package that npm may place anywhere',
    );
    const { platform, env } = process;
    const home = (platform === 'win32' ? env.USERPROFILE : env.HOME) ?? '';
    const ours = browsersFolder({ platform, env, home, playwright });
    expect(chromium.executablePath().startsWith(ours)).toBe(true);
    expect(dirname(ours)).not.toBe(ours);
  });
});
