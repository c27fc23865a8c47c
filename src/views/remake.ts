import { cpSync, existsSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { inOrder } from '../benchmarks/result.ts';
import { loadSettings, mergedRunEnvironment } from '../config/environment.ts';
import type { CommandIo } from '../kernel/command.ts';
import { commandWith } from '../kernel/command-arguments.ts';
import { UserError } from '../kernel/errors.ts';
import { fileFailure } from '../kernel/file-failure.ts';
import { enterProject, ownModule } from '../kernel/folders.ts';
import { openOwnedFolder } from '../kernel/owned-folder.ts';
import { playwrightCli } from '../kernel/playwright-package.ts';
import { blobFolder, lastHtmlFolder } from '../run/report-folders.ts';
import { runFolder, runIds } from '../run/run-folder.ts';
import { unknownRun } from '../run/unknown-run.ts';
import { writeAllRuns } from './all-runs/write.ts';
import { answersOf } from './answers.ts';
import { concludedOf } from './console/experiment-counts.ts';
import { phaseBlocks } from './console/phase-blocks.ts';
import { resultBlock } from './console/result-block.ts';
import { soakBlock } from './console/soak-block.ts';
import { verdictBlock } from './console/verdict-block.ts';
import { contextOf } from './phase-context.ts';
import { publish } from './publish.ts';
import type { RunReport } from './report-part.ts';

/**
 * `npx fullhouse report`: opens the latest HTML report. `npx fullhouse report <run>`: makes every report of that run again, from
 * the evidence in its folder.
 */
export const main = commandWith({
  name: 'npx fullhouse report',
  mostFiles: 1,
  async run({ files: [run] }, io) {
    enterProject();
    if (run === undefined) return await showLast(io);
    return (await remake(basename(run), io)) ? 0 : 1;
  },
});

/** Shows the latest HTML report until Ctrl-C, which is exit code 0. */
async function showLast(io: CommandIo): Promise<number> {
  const folder = lastHtmlFolder();
  if (folder === undefined)
    throw new UserError('No run has an HTML report yet. Start a run with `npx playwright test`.');
  return (await io.node([playwrightCli(), 'show-report', relative(process.cwd(), folder)])) ?? 0;
}

/** Makes the reports of a run again from its evidence; returns whether all of them could be made. */
async function remake(id: string, io: CommandIo): Promise<boolean> {
  const known = runIds();
  if (!known.includes(id))
    throw new UserError(unknownRun(id, `There is no run "${id}" in reports/runs.`, known));
  const old = join(runFolder(id), 'allure-results');
  try {
    rmSync(old, { recursive: true, force: true });
  } catch (error) {
    throw fileFailure('written', old, error);
  }
  const report = await publish(id);
  const { files, problems } = report;
  for (const lines of resultsOf(report)) io.out(`${lines.join('\n')}\n`);
  for (const line of fileLines(files)) io.out(line);
  for (const problem of problems) io.err(problem);
  const { line, failure } = await writeAllRuns();
  if (line !== undefined) io.out(line);
  if (failure !== undefined) io.err(failure);
  const others = await remakePlaywrights(id, io);
  if (others === 'failed')
    io.err(`Playwright could not make its reports from ${relative(process.cwd(), blobFolder(id))}.`);
  io.out(`\n${verdictBlock(answersOf(report)).join('\n')}`);
  const isNothing = files.size === 0 && others !== 'made';
  if (isNothing) io.err(`Run "${id}" has no evidence to make a report from.`);
  return !isNothing && others !== 'failed' && problems.length === 0;
}

/** The blocks that the run prints at its end. */
function resultsOf(report: RunReport): string[][] {
  const { answers, benchmarks, experiments } = report;
  const options = { isVerbose: loadSettings().VERBOSE };
  const concluded = experiments.map(({ journal }) => concludedOf(journal));
  const results = { answers, benchmarks: inOrder(benchmarks), experiments: concluded };
  return [
    ...report.crowds.map(({ summary }) => resultBlock(summary, options)),
    ...(report.soak ? [soakBlock(report.soak.summary, options)] : []),
    ...phaseBlocks(results, (phase) => contextOf(phase, report), options),
  ];
}

/** The path of each report; a folder of many files is one line. */
function fileLines(files: ReadonlyMap<string, string>): string[] {
  const folders = new Map<string, number>();
  for (const [name, path] of files) {
    const place = name.includes('/') ? dirname(path) : path;
    folders.set(place, (folders.get(place) ?? 0) + 1);
  }
  return [...folders].map(([path, count]) => {
    const shown = relative(process.cwd(), path);
    return count === 1 ? shown : `${shown} (${count} files)`;
  });
}

/**
 * Playwright's reporters make the HTML report and the results for JUnit and Allure from the blob report, which a run
 * writes at its end.
 */
async function remakePlaywrights(id: string, io: CommandIo): Promise<'made' | 'no blob' | 'failed'> {
  const blobs = blobFolder(id);
  if (!existsSync(blobs)) {
    io.out('The HTML report is unchanged: this run has no blob report to make it from.');
    return 'no blob';
  }
  // Playwright unpacks the blobs into their own folder, so it gets a copy.
  const unpacked = await openOwnedFolder('report');
  try {
    cpSync(blobs, unpacked.path, { recursive: true });
    const args = [playwrightCli(), 'merge-reports', '--config', ownModule('merge.config'), unpacked.path];
    return (await io.node(args, { environment: mergedRunEnvironment(id) })) === 0 ? 'made' : 'failed';
  } finally {
    await unpacked.remove();
  }
}
