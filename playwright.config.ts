import { defineConfig, type ReporterDescription } from '@playwright/test';
import { benchmarksOf, unmeasured } from './src/benchmarks/catalogue/index.ts';
import { launchOptions } from './src/browser/launch-options.ts';
import { isListing } from './src/config/command-line.ts';
import { announcedPrivateFolder, withheldFromService } from './src/config/environment.ts';
import { outputFolder } from './src/run/output-folder.ts';
import { prepareRun } from './src/run/prepare-run.ts';
import { projects } from './src/run/projects.ts';
import { blobFolder, blobName, htmlReporters } from './src/run/report-folders.ts';
import { runFolder } from './src/run/run-folder.ts';
import { shardNote } from './src/run/shard-note.ts';

const { settings, run } = await prepareRun(({ settings, contract }) =>
  unmeasured(settings.benchTargets, benchmarksOf(contract)),
);

const folder = runFolder(run.id);

const reporters: ReporterDescription[] = [
  ['./src/reporters/last-look-reporter.ts'],
  ['./src/reporters/live-reporter.ts'],
  ['./src/reporters/otlp-reporter.ts'],
  ['./src/reporters/console-reporter.ts'],
  ['./src/reporters/history-reporter.ts'],
  ['./src/reporters/all-runs-reporter.ts'],
  ['junit', { outputFile: `${folder}/junit.xml` }],
  ['./src/reporters/allure-reporter.ts', { folder }],
  // What Playwright's reports can be made of again, and what shards bring together.
  ['blob', { outputDir: blobFolder(run.id), fileName: blobName(run) }],
  ...htmlReporters(run.id),
  ['./src/reporters/one-copy-reporter.ts', { folder }],
  // It prints the last lines of the console.
  ['./src/reporters/last-lines-reporter.ts'],
  // The last one: at the end of the run it waits for its readers.
  ['./src/reporters/dashboard-reporter.ts'],
];

export default defineConfig({
  outputDir: run.temporaryOutput ?? outputFolder(run.id),
  workers: run.workers,
  // A repeated slice would be a second crowd.
  retries: 0,
  forbidOnly: !!process.env.CI,
  metadata: shardNote(run),
  globalSetup: ['./src/run/global-setup.ts', './src/reporters/keep-progress.ts'],
  globalTeardown: './src/reporters/last-verdict.ts',
  reporter: isListing() ? 'list' : reporters,
  use: {
    launchOptions: launchOptions({
      chromiumPath: settings.CHROMIUM_PATH,
      artifactsFolder: announcedPrivateFolder(),
    }),
  },
  projects: projects({ settings, run }),
  webServer:
    run.startsServiceOn === undefined
      ? undefined
      : {
          name: 'meetings service',
          command: 'node --import tsx service/main.ts',
          env: {
            ...withheldFromService(),
            SERVICE_PORT: String(run.startsServiceOn),
            SERVICE_OWNER: run.id,
            SERVICE_STYLE: settings.SERVICE_STYLE,
            SERVICE_OWNER_PID: String(process.pid),
          },
          // The port may have been taken meanwhile: the service says where it really listens.
          wait: { stdout: /meetings service ready at (?<MEETINGS_SERVICE_URL>http:\/\/\S+)/ },
          gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
          stderr: 'pipe',
        },
});
