import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mergedRunEnvironment } from '../../config/environment.ts';
import type { CommandIo } from '../../kernel/command.ts';
import { UserError } from '../../kernel/errors.ts';
import { openOwnedFolder } from '../../kernel/owned-folder.ts';
import { runIds } from '../../run/run-folder.ts';
import { readVerdict } from '../verdict-file.ts';
import { allureHistory, forget } from './allure-history.ts';
import { allureReportFolder, allureResultsFolder } from './results-folder.ts';
import { withoutAnalytics } from './without-analytics.ts';

const USAGE = 'Usage: npm run allure -- [<run>] (default: the last run)';

/**
 * `npm run allure [-- <run>]`: makes Allure's report of the last run or of the named run in the folder of the run, and
 * opens it on a terminal. The exit code is the result of the quality gate.
 */
export async function main(args: readonly string[], io: CommandIo): Promise<number> {
  const [asked, tooMany] = args;
  if (asked === '--help' || asked === '-h') {
    io.out(USAGE);
    return 0;
  }
  if (tooMany !== undefined) throw new UserError(`Unexpected argument "${tooMany}". ${USAGE}.`);
  const id = asked === undefined ? lastRun() : existing(basename(asked));
  const history = allureHistory(io.environment);
  forget(history, id);
  mkdirSync(dirname(history), { recursive: true });
  const output = relative(process.cwd(), allureReportFolder(id));
  rmSync(output, { recursive: true, force: true });
  const gate = await report(id, io);
  const pages = existsSync(output) ? readdirSync(output).filter((name) => name.endsWith('.html')) : [];
  if (pages.length === 0) return 1;
  for (const page of pages) {
    const path = join(output, page);
    writeFileSync(path, withoutAnalytics(readFileSync(path, 'utf8')));
  }
  io.out(`Allure   ${output}/index.html (of run ${id}; quality gate ${gate === 0 ? 'passed' : 'failed'})`);
  if (io.isTerminal) await io.node(allure('open', output), { environment: mergedRunEnvironment(id) });
  else io.out(`Open it  npx allure open ${output}`);
  return gate === 0 ? 0 : 1;
}

/** Makes the report; returns the exit code of its quality gate. */
async function report(id: string, io: CommandIo): Promise<number | null> {
  const folder = await openOwnedFolder('allure');
  try {
    const brought = join(folder.path, 'allure-results');
    const bring = [process.execPath, fileURLToPath(new URL('bring-results.mjs', import.meta.url))];
    const command = [...bring, allureResultsFolder(id), brought];
    // The title of the report: the answer of the run.
    const title = [readVerdict(id)?.sentence, id].filter(Boolean).join(' · ');
    const options = ['--report-name', title, '--results-dir', brought, '--ignore-logs'];
    return await io.node(allure('run', ...options, '--', ...command), {
      // Allure's configuration finds the targets of the run by this variable.
      environment: mergedRunEnvironment(id),
      // Hides the log of Allure's own steps.
      isQuiet: true,
    });
  } finally {
    await folder.remove();
  }
}

function lastRun(): string {
  const last = runIds().findLast((id) => existsSync(allureResultsFolder(id)));
  if (last === undefined) throw new UserError('No run has Allure results yet. Start a run with npm start.');
  return last;
}

function existing(id: string): string {
  if (runIds().includes(id) && existsSync(allureResultsFolder(id))) return id;
  const known = runIds().filter((one) => existsSync(allureResultsFolder(one)));
  const remedy =
    known.length > 0 ? `Use one of: ${known.slice(-5).reverse().join(', ')}.` : 'Start a run with npm start.';
  throw new UserError(`Run "${id}" has no Allure results. ${remedy}`);
}

/** The arguments with which Node starts Allure's command line. */
function allure(command: string, ...args: string[]): string[] {
  const cli = join('node_modules', 'allure', 'cli.js');
  const node = ['--import', new URL('iterator-to-array.mjs', import.meta.url).href];
  return [...node, cli, command, '--config', 'allurerc.ts', ...args];
}
