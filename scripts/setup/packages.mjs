import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Advice, gist, run } from './command.mjs';
import { complainsOfLeftOutOnly, missing } from './lock-file.mjs';

const stampOf = (root) => join(root, 'node_modules', '.fullhouse-setup.json');

/**
 * Whether the packages of package-lock.json are installed for this platform. Writes a stamp, so that the next check is
 * fast.
 */
export function packagesFit(root) {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const stamp = stampFor(root);
  const known = readJson(stampOf(root));
  if (known !== undefined && known.platform !== stamp.platform) return false;
  if (known?.lock === stamp.lock) return true;
  // npm's list of installed packages decides, so that a manual `npm install` also counts.
  if (missing(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')), installed).length > 0)
    return false;
  writeFileSync(stampOf(root), JSON.stringify(stamp));
  return true;
}

export async function installPackages(root, env, say) {
  say('Installing the packages of package-lock.json (npm ci) …');
  const startedAt = Date.now();
  let outcome = await runNpm(root, env, ['ci']);
  if (
    outcome.code !== 0 &&
    complainsOfLeftOutOnly(outcome.output, readJson(join(root, 'package-lock.json')))
  ) {
    say('package-lock.json omits packages of other platforms. Installing with npm install instead …');
    // This uses the versions of the lock file and does not change the file.
    outcome = await runNpm(root, env, ['install', '--no-save']);
  }
  const { code, output, timedOut } = outcome;
  if (code !== 0) {
    const what = timedOut ? 'npm took more than 10 minutes' : 'npm failed';
    // npm prints its usage after the reasons.
    const [reasons = ''] = output.split('\nnpm error Clean install a project');
    throw new Advice(`${gist(reasons)}\n${what}. ${advice(output)}`);
  }
  writeFileSync(stampOf(root), JSON.stringify(stampFor(root)));
  say(`Installed the packages in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

function runNpm(root, env, command) {
  const [program, ...args] = npm(env);
  // Dev packages are necessary for any NODE_ENV, because Playwright is a dev package.
  return run(program, [...args, ...command, '--include=dev', '--no-audit', '--no-fund', '--no-progress'], {
    cwd: root,
    env,
    limitMs: 600_000,
    shell: process.platform === 'win32' && program === 'npm',
  });
}

/** The npm that started this process, or `npm` if npm_execpath names another package manager. */
export function npm(env) {
  const path = env.npm_execpath ?? '';
  const isNpm = /^npm(-cli)?\.c?js$/.test(basename(path)) && existsSync(path);
  return isNpm ? [process.execPath, path] : ['npm'];
}

/** The advice after a failed `npm ci`, in one sentence. */
export function advice(output) {
  if (/EUSAGE|can only install packages when|in sync/.test(output)) {
    return 'package.json and package-lock.json differ. Run `npm install` and commit package-lock.json.';
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i.test(output)) {
    return 'The package registry could not be reached. Check the network, the proxy and `npm config get registry`.';
  }
  if (/E401|E403/.test(output))
    return 'The package registry refused access. Check the access in your .npmrc.';
  if (/ENOSPC/.test(output)) return 'The disk is full. Free some space, then run `npm run setup` again.';
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return 'npm may not write here. Make the checkout and the npm cache writable for this user, then run `npm run setup` again.';
  }
  if (/spawn npm ENOENT/.test(output)) return 'npm was not found. Install it with Node.';
  return 'Fix the npm error above, then run `npm run setup` again.';
}

function stampFor(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return { lock, platform: `${process.platform}-${process.arch}` };
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // An incomplete file counts as missing.
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
