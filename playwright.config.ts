import { defineConfig } from '@playwright/test';
import { launchOptions } from './src/browser/launch-options.ts';
import { choosesProjects } from './src/config/environment.ts';
import { durationMs } from './src/crowd/schedules/index.ts';
import { prepareRun } from './src/run/prepare-run.ts';
import { runFolder } from './src/run/run-folder.ts';

const { settings, run } = await prepareRun();

const folder = runFolder(run.id);

/** Beyond the schedule: workers start, participants finish, the last ones are asked to leave. */
const shareTimeoutMs =
  durationMs(settings.schedule) +
  settings.DRAIN_TIMEOUT * 1000 +
  settings.REQUEST_TIMEOUT_MS * 2 +
  60_000 +
  5000 * run.workers;

export default defineConfig({
  // In the folder of the run, so that two runs at once do not clear each other's.
  outputDir: `${folder}/test-results`,
  workers: run.workers,
  // A repeated share would be a second crowd.
  retries: 0,
  forbidOnly: !!process.env.CI,
  globalSetup: './src/run/global-setup.ts',
  reporter: [
    ['./src/reporters/console/console-reporter.ts'],
    ['html', { outputFolder: 'reports/html', open: 'never' }],
    ['allure-playwright', { resultsDir: `${folder}/allure-results` }],
  ],
  use: { launchOptions: launchOptions({ chromiumPath: settings.CHROMIUM_PATH }) },
  projects: [
    {
      name: 'load',
      testDir: 'tests/load',
      testMatch: '*.spec.ts',
      teardown: 'load verdict',
      // All shares at once: each waits at the barrier for the others.
      fullyParallel: true,
      timeout: shareTimeoutMs,
    },
    // A teardown project, because it runs even when a worker was killed.
    { name: 'load verdict', testDir: 'tests/load', testMatch: '*.verdict.ts' },
    {
      name: 'chaos',
      testDir: 'tests/chaos',
      // After the load, which must not be measured while something is damaged. A missed target does not keep the
      // experiments from running: the load's verdict is a project of its own.
      dependencies: choosesProjects() ? [] : ['load'],
      // One experiment at a time: what one breaks must not be what another one sees.
      workers: 1,
      timeout: 240_000,
    },
  ],
  webServer:
    run.startsServiceOn === undefined
      ? undefined
      : {
          name: 'meetings service',
          command: 'node --import tsx service/main.ts',
          env: {
            SERVICE_PORT: String(run.startsServiceOn),
            SERVICE_OWNER: run.id,
            SERVICE_OWNER_PID: String(process.pid),
            JWT_SECRET: settings.JWT_SECRET,
          },
          // The port may have been taken meanwhile: the service says where it really listens.
          wait: { stdout: /meetings service ready at (?<MEETINGS_SERVICE_URL>http:\/\/\S+)/ },
          gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
          stderr: 'pipe',
        },
});
