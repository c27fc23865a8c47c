import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mergedRunEnvironment } from '../../config/environment.ts';
import type { CommandIo } from '../../kernel/command.ts';
import { commandWith } from '../../kernel/command-arguments.ts';
import { UserError } from '../../kernel/errors.ts';
import { enterProject, ownModule } from '../../kernel/folders.ts';
import { requirePackages } from '../../kernel/optional-packages.ts';
import { openOwnedFolder } from '../../kernel/owned-folder.ts';
import { runIds } from '../../run/run-folder.ts';
import { unknownRun } from '../../run/unknown-run.ts';
import { readVerdict } from '../verdict-file.ts';
import { allureHistory, forget } from './allure-history.ts';
import { allureReportFolder, allureResultsFolder } from './results-folder.ts';
import { withoutAnalytics } from './without-analytics.ts';

/**
 * `npx fullhouse allure [<run>]`: makes Allure's report of the last run or of the named run in the folder of the run, and
 * opens it on a terminal. The exit code is the result of the quality gate.
 */
export const main = commandWith({
  name: 'npx fullhouse allure',
  mostFiles: 1,
  async run({ files: [asked] }, io) {
    enterProject();
    requirePackages(['report of Allure']);
    return await generate(chosenRun(asked), io);
  },
});

async function generate(id: string, io: CommandIo): Promise<number> {
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

/** The named run, or the last one. @throws {UserError} if it has no Allure results */
function chosenRun(asked: string | undefined): string {
  const known = runIds().filter((id) => existsSync(allureResultsFolder(id)));
  const last = known.at(-1);
  const id = asked === undefined ? last : basename(asked);
  if (id !== undefined && known.includes(id)) return id;
  const about = id === undefined ? 'No run has Allure results yet.' : `Run "${id}" has no Allure results.`;
  throw new UserError(unknownRun(id, about, known));
}

/** The arguments with which Node starts Allure's command line. */
function allure(command: string, ...args: string[]): string[] {
  const cli = fileURLToPath(new URL('../cli.js', import.meta.resolve('allure')));
  const node = ['--import', new URL('iterator-to-array.mjs', import.meta.url).href];
  return [...node, cli, command, '--config', ownModule('src/views/allure/report.config'), ...args];
}
