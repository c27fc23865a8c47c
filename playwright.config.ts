import { defineConfig } from '@playwright/test';
import { launchOptions } from './src/browser/launch-options.ts';
import { blobFolder, blobName } from './src/run/blob.ts';
import { prepareRun } from './src/run/prepare-run.ts';
import { projects } from './src/run/projects.ts';
import { runFolder } from './src/run/run-folder.ts';
import { shardNote } from './src/run/shard-note.ts';

const { settings, run } = await prepareRun();

const folder = runFolder(run.id);

export default defineConfig({
  // In the folder of the run, so that two runs at once do not clear each other's.
  outputDir: `${folder}/test-results`,
  workers: run.workers,
  // A repeated share would be a second crowd.
  retries: 0,
  forbidOnly: !!process.env.CI,
  metadata: shardNote(run),
  globalSetup: './src/run/global-setup.ts',
  globalTeardown: './src/reporters/last-verdict.ts',
  reporter: [
    ['./src/reporters/last-look-reporter.ts'],
    ['./src/live/live-reporter.ts'],
    ['./src/dashboard/dashboard-reporter.ts'],
    ['./src/dashboard/otlp-reporter.ts'],
    ['./src/reporters/console/console-reporter.ts'],
    ['./src/reporters/history-reporter.ts'],
    ['html', { outputFolder: 'reports/html', open: 'never' }],
    ['junit', { outputFile: `${folder}/junit.xml` }],
    ['./src/reporters/allure/allure-reporter.ts', { folder }],
    // What Playwright's reports can be made of again, and what shards bring together.
    ['blob', { outputDir: blobFolder(run.id), fileName: blobName(run) }],
  ],
  use: { launchOptions: launchOptions({ chromiumPath: settings.CHROMIUM_PATH }) },
  projects: projects({ settings, run }),
  webServer:
    run.startsServiceOn === undefined
      ? undefined
      : {
          name: 'meetings service',
          command: 'node --import tsx service/main.ts',
          env: {
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
