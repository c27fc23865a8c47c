import { defineConfig, type Project } from '@playwright/test';
import { launchOptions } from './src/browser/launch-options.ts';
import { choosesPhase } from './src/config/environment.ts';
import { durationMs } from './src/crowd/schedules/index.ts';
import { blobFolder, blobName } from './src/run/blob.ts';
import { prepareRun } from './src/run/prepare-run.ts';
import { runFolder } from './src/run/run-folder.ts';
import { shardNote } from './src/run/shard-note.ts';

const { settings, run } = await prepareRun();

const folder = runFolder(run.id);

/** Beyond the schedule: workers start, participants finish, the last ones are asked to leave. */
const shareTimeoutMs =
  durationMs(settings.schedule) +
  settings.DRAIN_TIMEOUT * 1000 +
  settings.REQUEST_TIMEOUT_MS * 2 +
  Math.max(0, (settings.START_AT?.getTime() ?? 0) - Date.now()) +
  60_000 +
  5000 * run.workers;

/** Even if all calls, those of the warm-up and of a second measurement too, should take a tenth of a second. */
const benchTimeoutMs = 60_000 + (settings.ITERATIONS + settings.BENCH_WARMUP) * 2 * 100;

/**
 * Phases that never overlap, and that run whatever became of the one before. A dependency's failure would skip the next
 * phase; a teardown runs all the same, after everything that depends on its owner. So each later phase is the teardown
 * of something that the earlier ones depend on: load, then chaos, then bench. Whoever names a phase gets that alone.
 */
const phases: readonly Project[] =
  choosesPhase() || run.loadsAlone
    ? []
    : [
        { name: 'service', testDir: 'tests/ready', testMatch: 'service.spec.ts', teardown: 'bench' },
        {
          name: 'machine',
          testDir: 'tests/ready',
          testMatch: 'machine.spec.ts',
          dependencies: ['service'],
          teardown: 'chaos',
        },
      ];

/** One after the other, and one test at a time. */
const others: readonly Project[] = [
  {
    name: 'chaos',
    testDir: 'tests/chaos',
    testMatch: '*.spec.ts',
    // One experiment at a time: what one breaks must not be what another one sees.
    workers: 1,
    timeout: 240_000,
  },
  {
    name: 'bench',
    testDir: 'tests/bench',
    // The verdict comes after what it judges: one worker takes the files by their names.
    testMatch: ['*.spec.ts', '*.verdict.ts'],
    // One operation at a time, and one process that calls it.
    workers: 1,
    timeout: benchTimeoutMs,
  },
];

export default defineConfig({
  // In the folder of the run, so that two runs at once do not clear each other's.
  outputDir: `${folder}/test-results`,
  workers: run.workers,
  // A repeated share would be a second crowd.
  retries: 0,
  forbidOnly: !!process.env.CI,
  metadata: shardNote(run),
  globalSetup: './src/run/global-setup.ts',
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
  projects: [
    ...phases,
    {
      name: 'load',
      testDir: 'tests/load',
      testMatch: '*.spec.ts',
      dependencies: phases.slice(-1).map(({ name }) => name!),
      teardown: 'load verdict',
      // All shares at once: each waits at the barrier for the others.
      fullyParallel: true,
      timeout: shareTimeoutMs,
    },
    // A teardown project, because it runs even when a worker was killed.
    { name: 'load verdict', testDir: 'tests/load', testMatch: '*.verdict.ts' },
    ...(run.loadsAlone ? [] : others),
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
          },
          // The port may have been taken meanwhile: the service says where it really listens.
          wait: { stdout: /meetings service ready at (?<MEETINGS_SERVICE_URL>http:\/\/\S+)/ },
          gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
          stderr: 'pipe',
        },
});
