import { posix, win32 } from 'node:path';

/**
 * Where a Chromium may be, best first: what CHROMIUM_PATH names, Playwright's own, then the system's. The headless
 * shell comes before the full browser, because it carries three times as many pages. A pure function:
 * `playwright` is `{ packageFolder, browsers }` of playwright-core with the list of its browsers.json, or undefined.
 */
export function chromiumCandidates({ platform, env, home, playwright }) {
  return [
    ...(env.CHROMIUM_PATH ? [{ source: 'CHROMIUM_PATH', path: env.CHROMIUM_PATH }] : []),
    ...(playwright ? playwrightPaths({ platform, env, home, playwright }) : []).map((path) => ({
      source: 'playwright',
      path,
    })),
    ...systemPaths({ platform, env, home }).map((path) => ({ source: 'system', path })),
  ];
}

/** The best candidate that `exists`, or undefined. */
export function findChromium({ exists, ...surroundings }) {
  return chromiumCandidates(surroundings).find(({ path }) => exists(path));
}

function playwrightPaths({ platform, env, home, playwright }) {
  const { join } = pathsOf(platform);
  const folder = browsersFolder({ platform, env, home, playwright });
  const revision = (name) => playwright.browsers.find((browser) => browser.name === name)?.revision;
  const system = { darwin: 'mac', win32: 'win' }[platform] ?? 'linux';
  const variants =
    system === 'mac' ? ['mac-arm64', 'mac-x64'] : system === 'win' ? ['win64'] : ['linux64', 'linux-arm64'];
  const suffix = system === 'win' ? '.exe' : '';
  const shell = `chromium_headless_shell-${revision('chromium-headless-shell')}`;
  const full = `chromium-${revision('chromium')}`;
  const inApp = ['Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'];
  return [
    ...variants.map((variant) =>
      join(folder, shell, `chrome-headless-shell-${variant}`, `chrome-headless-shell${suffix}`),
    ),
    ...variants.map((variant) =>
      join(folder, full, `chrome-${variant}`, ...(system === 'mac' ? inApp : [`chrome${suffix}`])),
    ),
  ];
}

/** Where Playwright keeps its browsers, as its documentation has it. */
export function browsersFolder({ platform, env, home, playwright }) {
  const { join, resolve } = pathsOf(platform);
  const wish = env.PLAYWRIGHT_BROWSERS_PATH;
  if (wish === '0') return join(playwright.packageFolder, '.local-browsers');
  if (wish) return resolve(env.INIT_CWD ?? '', wish);
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'ms-playwright');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'ms-playwright');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'ms-playwright');
}

function systemPaths({ platform, env, home }) {
  const { join, delimiter } = pathsOf(platform);
  const onPath = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES ?? 'C:\\Program Files', env['PROGRAMFILES(X86)'], env.LOCALAPPDATA];
    const places = ['Google\\Chrome\\Application', 'Chromium\\Application'];
    const folders = places.flatMap((place) => roots.filter(Boolean).map((root) => join(root, place)));
    return cross(['chrome-headless-shell.exe', 'chrome.exe', 'chromium.exe'], [...onPath, ...folders], join);
  }
  const names = [
    'chromium-headless-shell',
    'chrome-headless-shell',
    'chromium',
    'google-chrome-stable',
    'google-chrome',
    // Last, because Ubuntu keeps a script of this name that only says where to get the snap.
    'chromium-browser',
  ];
  if (platform === 'darwin') {
    const apps = ['Chromium', 'Google Chrome'].flatMap((name) =>
      ['/Applications', join(home, 'Applications')].map((root) =>
        join(root, `${name}.app`, 'Contents', 'MacOS', name),
      ),
    );
    return [...cross(names, [...onPath, '/opt/homebrew/bin', '/usr/local/bin'], join), ...apps];
  }
  const usual = ['/usr/bin', '/usr/local/bin', '/snap/bin'];
  return [
    ...cross(names, [...onPath, ...usual], join),
    '/opt/google/chrome/chrome',
    '/usr/lib/chromium/chromium',
  ];
}

/** Every name in every folder, the names in their order of preference, each path once. */
function cross(names, folders, join) {
  return [...new Set(names.flatMap((name) => folders.map((folder) => join(folder, name))))];
}

function pathsOf(platform) {
  return platform === 'win32' ? win32 : posix;
}
