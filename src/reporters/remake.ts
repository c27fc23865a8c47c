import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { beginMergedRun } from '../config/environment.ts';
import { UserError } from '../kernel/errors.ts';
import { blobFolder } from '../run/blob.ts';
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
  rmSync(join(runFolder(id), 'allure-results'), { recursive: true, force: true });
  const { files, troubles } = await publish(id);
  for (const path of files.values()) console.log(relative(process.cwd(), path));
  for (const trouble of troubles) console.error(trouble);
  const others = await remakePlaywrights(id);
  if (files.size === 0 && !others) console.error(`Run "${id}" left nothing that a report could be made of.`);
  return (files.size > 0 || others) && troubles.length === 0;
}

/**
 * The HTML report, JUnit's and Allure's results are made by Playwright's reporters: of the blob report of the run,
 * which a run leaves that came to its end. Answers whether they were made.
 */
async function remakePlaywrights(id: string): Promise<boolean> {
  const blobs = blobFolder(id);
  if (!existsSync(blobs)) {
    console.log('The HTML report stays as it was: this run has no blob report, from which it would be made.');
    return false;
  }
  // Playwright unpacks where the blobs are.
  const unpacked = mkdtempSync(join(tmpdir(), 'fullhouse-report-'));
  try {
    cpSync(blobs, unpacked, { recursive: true });
    beginMergedRun(id);
    const code = await playwright('merge-reports', '--config', 'merge.config.ts', unpacked);
    return code === 0;
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

/** Playwright's command line; answers its exit code. */
async function playwright(...args: readonly string[]): Promise<number | null> {
  const cli = join('node_modules', 'playwright', 'cli.js');
  const child = spawn(process.execPath, [cli, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches both; the child ends by it, and then so do we.
  process.on('SIGINT', () => undefined);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/**
 * `npm run report`: opens the HTML report of the last run. `npm run report -- <run>`: makes every report of that run
 * again, from what its shares, experiments, benchmarks and tests left in its folder.
 */
try {
  const run = process.argv[2];
  process.exitCode =
    run === undefined
      ? ((await playwright('show-report', 'reports/html')) ?? 0)
      : (await remake(basename(run)))
        ? 0
        : 1;
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
