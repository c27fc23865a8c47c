#!/usr/bin/env node
// Makes a fresh checkout ready: checks Node, installs the packages of package-lock.json and finds a Chromium.
// Runs before `npm start` and `npm test`, so it is silent and quick where nothing is to be done, and it is plain
// JavaScript without packages, because it runs before there are any.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserSurroundings, findAgain, recall } from './setup/browser.mjs';
import { Advice } from './setup/command.mjs';
import { withLock } from './setup/lock.mjs';
import { nodeMistake } from './setup/node-version.mjs';
import { installPackages, packagesFit } from './setup/packages.mjs';

const help = `Usage: npm run setup [-- --no-browser]

Checks Node, installs the packages of package-lock.json and finds or installs a Chromium for browser participants.

  --no-browser   leave the browser alone (as does SKIP_BROWSER_SETUP=1)
  --help         this text

CHROMIUM_PATH   the Chromium to use, instead of looking for one`;

async function setUp(options, env) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const mistake = nodeMistake(process.versions.node, engines.node);
  if (mistake) throw new Advice(mistake);

  // Before `npm start` and `npm test`, an installation that failed lately is not tried again; asked for by name, it is.
  const patient = !/^pre/.test(env.npm_lifecycle_event ?? '');
  const skipBrowser = options.has('--no-browser') || /^(1|true|yes)$/i.test(env.SKIP_BROWSER_SETUP ?? '');
  const browser = () =>
    browserSurroundings({ root, env, patient, home: homedir(), platform: process.platform });

  if (packagesFit(root) && (skipBrowser || recall(browser()))) {
    if (patient) console.log('Everything is in place.');
    return;
  }
  await withLock(join(root, '.fullhouse', 'setup.lock'), async () => {
    // Another set-up may have done the work while this one waited.
    if (!packagesFit(root)) await installPackages(root, env);
    if (!skipBrowser && !recall(browser(), { quiet: true })) await findAgain(browser());
  });
}

const options = new Set(process.argv.slice(2));
const unknown = [...options].filter((option) => option !== '--no-browser' && option !== '--help');
try {
  if (unknown.length > 0)
    throw new Advice(`Unknown option ${unknown.join(', ')}. Use --no-browser or --help.`);
  if (options.has('--help')) console.log(help);
  else await setUp(options, process.env);
} catch (error) {
  if (!(error instanceof Advice)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
