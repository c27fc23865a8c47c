import { posix, win32 } from 'node:path';

/**
 * The possible paths of a Chromium, the best first: CHROMIUM_PATH, Playwright's browsers, then the system's. The
 * headless shell comes before the full browser, because it can run three times as many pages. `playwright` has the
 * `packageFolder` of playwright-core and the `browsers` of its browsers.json; it may be undefined.
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

/** The folder of Playwright's browsers, from its documentation. */
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
    // Last, because on Ubuntu this may be a script that only advises to install the snap.
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

/** All unique paths of the names in the folders, in the order of the names. */
function cross(names, folders, join) {
  return [...new Set(names.flatMap((name) => folders.map((folder) => join(folder, name))))];
}

function pathsOf(platform) {
  return platform === 'win32' ? win32 : posix;
}
