import { defineConfig, type ReporterDescription } from '@playwright/test';
import { readCommandLine } from './src/config/command-line.ts';
import { beginMergedRun, currentRun } from './src/config/environment.ts';
import { enterCheckout } from './src/kernel/checkout.ts';
import { outliveOutput } from './src/kernel/process-io.ts';
import { refuseRelativePaths } from './src/run/refused-options.ts';
import { blobFolder, blobName, htmlReporters } from './src/run/report-folders.ts';
import { newRunId, runFolder } from './src/run/run-folder.ts';

refuseRelativePaths(readCommandLine());
enterCheckout();

/**
 * For `npx playwright merge-reports --config merge.config.ts`. Nothing runs: blob reports of any number of runs become
 * one run with an id of its own. `npm run report -- <run>` names the run itself, whose own reports it has made already.
 */
outliveOutput();

const isRemade = currentRun() !== undefined;
const run = currentRun() ?? beginMergedRun(newRunId());
const folder = runFolder(run.id);
const merge: ReporterDescription[] = [
  ['./src/reporters/merge-reporter.ts'],
  ['blob', { outputDir: blobFolder(run.id), fileName: blobName(run) }],
];

export default defineConfig({
  reporter: [
    ...(isRemade ? [] : merge),
    ['junit', { outputFile: `${folder}/junit.xml` }],
    ['./src/reporters/allure-reporter.ts', { folder }],
    ...htmlReporters(run.id),
    ['./src/reporters/one-copy-reporter.ts', { folder }],
  ],
});
