import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { UserError } from '../kernel/errors.ts';
import { runFolder, runIds } from '../run/run-folder.ts';
import { publish } from './publish.ts';

/** Those that were started last are asked for most. */
const SHOWN_RUNS = 5;

/** Makes the reports of a run again from its evidence; answers whether all of them could be made. */
async function remake(id: string): Promise<boolean> {
  if (!existsSync(runFolder(id))) {
    const known = runIds().slice(-SHOWN_RUNS).reverse();
    const remedy = known.length > 0 ? `Use one of: ${known.join(', ')}.` : 'Nothing was run yet: npm start.';
    throw new UserError(`There is no run "${id}" in reports/runs. ${remedy}`);
  }
  const { files, troubles } = await publish(id);
  for (const path of files.values()) console.log(relative(process.cwd(), path));
  for (const trouble of troubles) console.error(trouble);
  if (files.size === 0) console.error(`Run "${id}" left nothing that a report could be made of.`);
  return files.size > 0 && troubles.length === 0;
}

/** Playwright's own server for the HTML report of the last run; answers its exit code. */
async function show(): Promise<number | null> {
  const cli = join('node_modules', 'playwright', 'cli.js');
  const child = spawn(process.execPath, [cli, 'show-report', 'reports/html'], { stdio: 'inherit' });
  // Ctrl-C reaches both; the server ends by it, and then so do we.
  process.on('SIGINT', () => undefined);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/**
 * `npm run report`: opens the HTML report of the last run. `npm run report -- <run>`: makes every report of that run
 * again, from what its shares, experiments and benchmarks left in its folder.
 */
try {
  const run = process.argv[2];
  process.exitCode = run === undefined ? ((await show()) ?? 0) : (await remake(basename(run))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
