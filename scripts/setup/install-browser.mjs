import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './command.mjs';

/** The possible installers on this machine, in their order. Each `install` returns the reason of a failure. */
export function installers({ root, env, platform, playwright, isRoot = process.getuid?.() === 0 }) {
  const ways = [];
  if (playwright) ways.push({ title: "Playwright's download", install: () => download(root, env) });
  if (platform === 'linux' && isRoot && isOnPath('apt-get', env)) {
    ways.push({ title: "the distribution's package", install: () => aptGet(env) });
  }
  return ways;
}

/** The message for a machine without a Chromium. */
export function whatToInstall(platform) {
  const ways = ['`npx playwright install --with-deps --only-shell chromium`'];
  if (platform === 'linux') ways.push('`apt-get install chromium-headless-shell` (Debian)');
  else ways.push('Google Chrome');
  return `No Chromium was found, so browser participants cannot run. To install one, use ${ways.join(' or ')}, then \`npm run setup\`.`;
}

async function download(root, env) {
  const cli = join(root, 'node_modules', 'playwright-core', 'cli.js');
  const { code, output, timedOut } = await run(
    process.execPath,
    [cli, 'install', '--only-shell', 'chromium'],
    {
      cwd: root,
      // A firewall may drop packets silently. Five attempts with Playwright's default of 30 s would take minutes.
      env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '8000', ...env },
      firstSignMs: 50_000,
      sign: /\d+%/,
      limitMs: 600_000,
    },
  );
  if (code === 0) return undefined;
  return timedOut ? 'it took too long' : mistakeIn(output);
}

async function aptGet(env) {
  const options = {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    limitMs: 300_000,
  };
  const patience = ['-o', 'Acquire::http::Timeout=15', '-o', 'Acquire::Retries=1'];
  const update = await run('apt-get', [...patience, 'update'], { ...options, limitMs: 90_000 });
  if (update.timedOut) return 'apt-get update took too long';
  let mistake = '';
  for (const name of ['chromium-headless-shell', 'chromium']) {
    const arguments_ = [...patience, 'install', '-y', '--no-install-recommends', name];
    const { code, output, timedOut } = await run('apt-get', arguments_, options);
    if (code === 0) return undefined;
    mistake = timedOut ? `apt-get install ${name} took too long` : mistakeIn(output);
    if (timedOut) return mistake;
  }
  return mistake;
}

function mistakeIn(output) {
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /^(E:|Error:)/.test(line)) ??
    lines.find((line) => line !== '') ??
    'it printed nothing'
  );
}

function isOnPath(name, env) {
  return (env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
