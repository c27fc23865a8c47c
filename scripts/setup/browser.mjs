import { accessSync, constants, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromiumCandidates } from './chromium.mjs';
import { run } from './command.mjs';
import { installers, whatToInstall } from './install-browser.mjs';

const dayMs = 86_400_000;

/**
 * The context of the search for a Chromium. `.fullhouse/chromium.json` saves its result: `path` (or null), `source` and
 * `version` for the harness; `rejected` (browsers that do not start) and `triedAt` for the next set-up.
 */
export function browserSurroundings({ root, env, home, platform, patient, say }) {
  const packageFolder = join(root, 'node_modules', 'playwright-core');
  const list = readJson(join(packageFolder, 'browsers.json'));
  const playwright = list && { packageFolder, browsers: list.browsers };
  const version = readJson(join(packageFolder, 'package.json'))?.version;
  return {
    candidates: chromiumCandidates({ platform, env, home, playwright }),
    wish: env.CHROMIUM_PATH,
    file: join(root, '.fullhouse', 'chromium.json'),
    playwrightVersion: version,
    patient,
    platform,
    exists,
    starts: (path) => startsOn(platform, path),
    installers: installers({ root, env, platform, playwright }),
    say,
    now: Date.now,
  };
}

/** The saved result if it is still valid; otherwise undefined. Reads only files. */
export function recall(context, { quiet = false } = {}) {
  const { candidates, wish, exists, patient, platform, say } = context;
  const known = readJson(context.file);
  if (known === undefined) return undefined;
  const rejected = patient ? [] : known.rejected;
  const best = candidates.find(({ path }) => exists(path) && !rejected.includes(path));
  if (best && best.path !== known.path) return undefined;
  if (!best && (patient || !isRecent(known, context))) return undefined;
  if (!quiet) {
    if (wish && best?.path !== wish) say(wrongWish(context, best));
    if (!best) say(whatToInstall(platform));
  }
  return best ? { path: best.path } : { path: null };
}

/** Finds a Chromium that starts, or tries to install one. Saves and returns the result. */
export async function findAgain(context) {
  const { wish, platform, say, playwrightVersion } = context;
  const rejected = new Map();
  let found = await firstThatStarts(context, rejected);
  if (wish && found?.path !== wish) say(wrongWish(context, found));
  for (const { title, install } of found ? [] : context.installers) {
    say(`No Chromium was found. Trying ${title} …`);
    const mistake = await install();
    if (mistake) say(`${title} did not work: ${mistake}`);
    // The distribution's package adds libraries that a rejected browser may need.
    rejected.clear();
    found = await firstThatStarts(context, rejected);
    if (found) break;
  }
  for (const [path, reason] of rejected) say(`${path} does not start: ${reason}`);
  if (found) say(`Chromium: ${found.path}${found.version ? ` (${found.version})` : ''}.`);
  else say(whatToInstall(platform));
  const outcome = {
    path: found?.path ?? null,
    source: found?.source ?? null,
    version: found?.version ?? null,
    rejected: [...rejected.keys()],
    triedAt: new Date(context.now()).toISOString(),
    playwright: playwrightVersion ?? null,
  };
  save(context.file, outcome);
  return outcome;
}

async function firstThatStarts({ candidates, exists, starts }, rejected) {
  for (const { path, source } of candidates) {
    if (!exists(path) || rejected.has(path)) continue;
    const { version, mistake } = await starts(path);
    if (!mistake) return { path, source, version };
    rejected.set(path, mistake);
  }
  return undefined;
}

function wrongWish({ wish, exists }, best) {
  const what = exists(wish) ? 'which does not start' : 'which does not exist';
  const instead = best ? `Using ${best.path} instead` : 'No other Chromium was found';
  return `CHROMIUM_PATH is "${wish}", ${what}. ${instead}. Set it to the path of a Chromium, or remove it.`;
}

function isRecent({ triedAt, playwright }, { now, playwrightVersion }) {
  const ageMs = now() - Date.parse(triedAt);
  return ageMs >= 0 && ageMs < dayMs && playwright === (playwrightVersion ?? null);
}

/** Runs `--version`, which fails for missing libraries and for scripts that only advise how to install a browser. */
async function startsOn(platform, path) {
  // On Windows, the browser would open a window.
  if (platform === 'win32') return {};
  const { code, output, timedOut } = await run(path, ['--version'], { env: process.env, limitMs: 15_000 });
  const [version] = /\d+(?:\.\d+){2,}/.exec(output) ?? [];
  if (code === 0 && version) return { version };
  const [line = 'it prints nothing'] = output.trim().split('\n');
  return { mistake: timedOut ? 'it does not answer' : line };
}

function exists(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function save(file, outcome) {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(outcome, undefined, 2)}\n`);
  renameSync(draft, file);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
