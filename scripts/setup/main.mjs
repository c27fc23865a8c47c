import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { commandNamed } from '../catalogue/commands.mjs';
import { helpOf } from '../catalogue/help.mjs';
import { browserSurroundings, findAgain, recall } from './browser.mjs';
import { Advice } from './command.mjs';
import { withLock } from './lock.mjs';
import { nodeMistake } from './node-version.mjs';
import { installPackages, packagesFit } from './packages.mjs';

async function setUp(options, { root, env, say }) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const mistake = nodeMistake(process.versions.node, engines.node);
  if (mistake) throw new Advice(mistake);

  // Before `npm start` and `npm test`, a recently failed installation is not repeated. `npm run setup` repeats it.
  const patient = !/^(start|test)/.test(env.npm_lifecycle_event ?? '');
  const skipBrowser = options.has('--no-browser') || /^(1|true|yes)$/i.test(env.SKIP_BROWSER_SETUP ?? '');
  const browser = () =>
    browserSurroundings({ root, env, patient, home: homedir(), platform: process.platform, say });

  if (packagesFit(root) && (skipBrowser || recall(browser()))) {
    if (patient) say('Everything is in place.');
    return;
  }
  const work = async () => {
    // Another set-up may have done the work while this one waited.
    if (!packagesFit(root)) await installPackages(root, env, say);
    if (!skipBrowser && !recall(browser(), { quiet: true })) await findAgain(browser());
  };
  await withLock(join(root, '.fullhouse', 'setup.lock'), work, say);
}

/**
 * The command `setup.mjs` for the checkout at `root`. Resolves to its exit code. `say` prints a line to standard
 * output, and `complain` to standard error.
 */
export async function main(args, { root, env, say, complain }) {
  const options = new Set(args);
  const unknown = [...options].filter((option) => option !== '--no-browser' && option !== '--help');
  try {
    if (unknown.length > 0)
      throw new Advice(`Unknown option ${unknown.join(', ')}. Use --no-browser or --help.`);
    if (options.has('--help')) say(helpOf(commandNamed('setup')));
    else await setUp(options, { root, env, say });
  } catch (error) {
    if (!(error instanceof Advice)) throw error;
    complain(error.message);
    return 1;
  }
  return 0;
}
