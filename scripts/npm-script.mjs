// Every npm script of package.json starts with this file: `node scripts/npm-script.mjs PROGRAM [ARGUMENTS]`. It answers
// `--help` from the catalogue before anything starts or is installed. Otherwise it starts the program.
//   --set-up          first sets up what is missing (npm's own prestart gets no arguments, so it cannot see --help)
//   playwright …      runs in this process, so that signals and the exit code are those of Playwright
//   fullhouse …       runs in this process: the commands of `npx fullhouse`
//   FILE.ts …         runs in this process; start Node with `--import tsx`
//   PROGRAM … then PROGRAM …   other programs, one after the other, until one fails
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commandNamed } from './catalogue/commands.mjs';
import { asksForHelp, helpOf } from './catalogue/help.mjs';
import { runInOrder } from './run-in-order.mjs';
import { main as setUp } from './setup/main.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const words = process.argv.slice(2);
const command = commandNamed(process.env.npm_lifecycle_event ?? '');

if (command !== undefined && asksForHelp(words)) console.log(helpOf(command));
else process.exitCode = await start(words);

async function start([first, ...rest]) {
  if (first === '--set-up') {
    // A list of tests changes nothing on the disk.
    if (rest.includes('--list')) return await start(rest);
    const io = { root, env: process.env, say: console.log, complain: console.error };
    return (await setUp([], io)) || (await start(rest));
  }
  if (!existsSync(join(root, 'node_modules'))) {
    console.error('The packages are not installed. Run `npm run setup`, then run this again.');
    return 1;
  }
  if (first === 'playwright') return await here(join(root, 'node_modules', 'playwright', 'cli.js'), rest);
  if (first === 'fullhouse') return await here(join(root, 'bin', 'fullhouse.mjs'), rest);
  if (first.endsWith('.ts')) return await here(join(root, first), rest);
  return await runInOrder([first, ...rest], root);
}

/** Runs a program in this process. It sets the exit code itself. */
async function here(path, args) {
  process.argv.splice(1, process.argv.length, path, ...args);
  await import(pathToFileURL(path).href);
  return process.exitCode;
}
