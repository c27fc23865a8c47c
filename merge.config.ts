import { defineConfig, type ReporterDescription } from '@playwright/test';
import { readCommandLine } from './src/config/command-line.ts';
import { beginMergedRun, currentRun } from './src/config/environment.ts';
import { enterProject, ownModule, projectFolder } from './src/kernel/folders.ts';
import { outliveOutput } from './src/kernel/process-io.ts';
import { refuseRelativePaths } from './src/run/refused-options.ts';
import { blobFolder, blobName, htmlReporters } from './src/run/report-folders.ts';
import { newRunId, runFolder } from './src/run/run-folder.ts';

refuseRelativePaths(readCommandLine(), projectFolder());
enterProject();

/**
 * For `npx playwright merge-reports --config merge.config.ts`. Nothing runs: blob reports of any number of runs become
 * one run with an id of its own. `npx fullhouse report <run>` names the run itself, whose own reports it has made already.
 */
outliveOutput();

const isRemade = currentRun() !== undefined;
const run = currentRun() ?? beginMergedRun(newRunId());
const folder = runFolder(run.id);
const merge: ReporterDescription[] = [
  [ownModule('src/reporters/merge-reporter')],
  ['blob', { outputDir: blobFolder(run.id), fileName: blobName(run) }],
];

export default defineConfig({
  reporter: [
    ...(isRemade ? [] : merge),
    ['junit', { outputFile: `${folder}/junit.xml` }],
    [ownModule('src/reporters/allure-reporter'), { folder }],
    ...htmlReporters(run.id),
    [ownModule('src/reporters/one-copy-reporter'), { folder }],
  ],
});
