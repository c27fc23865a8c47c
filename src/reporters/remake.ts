import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { mergedRunEnvironment } from '../config/environment.ts';
import type { CommandIo } from '../kernel/command.ts';
import { UserError } from '../kernel/errors.ts';
import { blobFolder } from '../run/blob.ts';
import { runFolder, runIds } from '../run/run-folder.ts';
import { publish } from './publish.ts';

/** Those that were started last are asked for most. */
const SHOWN_RUNS = 5;

const PLAYWRIGHT = join('node_modules', 'playwright', 'cli.js');

/**
 * `npm run report`: opens the HTML report of the last run. `npm run report -- <run>`: makes every report of that run
 * again, from what its shares, experiments, benchmarks and tests left in its folder.
 */
export async function main([run]: readonly string[], io: CommandIo): Promise<number> {
  if (run === undefined) return (await io.node([PLAYWRIGHT, 'show-report', 'reports/html'])) ?? 0;
  return (await remake(basename(run), io)) ? 0 : 1;
}

/** Makes the reports of a run again from its evidence; answers whether all of them could be made. */
async function remake(id: string, io: CommandIo): Promise<boolean> {
  if (!existsSync(runFolder(id))) {
    const known = runIds().slice(-SHOWN_RUNS).reverse();
    const remedy = known.length > 0 ? `Use one of: ${known.join(', ')}.` : 'Nothing was run yet: npm start.';
    throw new UserError(`There is no run "${id}" in reports/runs. ${remedy}`);
  }
  rmSync(join(runFolder(id), 'allure-results'), { recursive: true, force: true });
  const { files, troubles } = await publish(id);
  for (const path of files.values()) io.out(relative(process.cwd(), path));
  for (const trouble of troubles) io.err(trouble);
  const others = await remakePlaywrights(id, io);
  if (files.size === 0 && !others) io.err(`Run "${id}" left nothing that a report could be made of.`);
  return (files.size > 0 || others) && troubles.length === 0;
}

/**
 * The HTML report, JUnit's and Allure's results are made by Playwright's reporters: of the blob report of the run,
 * which a run leaves that came to its end. Answers whether they were made.
 */
async function remakePlaywrights(id: string, io: CommandIo): Promise<boolean> {
  const blobs = blobFolder(id);
  if (!existsSync(blobs)) {
    io.out('The HTML report stays as it was: this run has no blob report, from which it would be made.');
    return false;
  }
  // Playwright unpacks where the blobs are.
  const unpacked = mkdtempSync(join(tmpdir(), 'fullhouse-report-'));
  try {
    cpSync(blobs, unpacked, { recursive: true });
    const args = [PLAYWRIGHT, 'merge-reports', '--config', 'merge.config.ts', unpacked];
    return (await io.node(args, { environment: mergedRunEnvironment(id) })) === 0;
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}
