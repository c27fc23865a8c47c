import { dirname } from 'node:path';
import { defineConfig, type PlaywrightTestConfig, type Project } from '@playwright/test';
import { benchmarksOf, unmeasured } from '../benchmarks/catalogue/index.ts';
import { launchOptions } from '../browser/launch-options.ts';
import { isListing } from '../config/command-line.ts';
import {
  announcedPrivateFolder,
  configure,
  isCi,
  phaseNames,
  withheldFromService,
} from '../config/environment.ts';
import { unknownOperations } from '../crowd/unknown-operations.ts';
import { enterProject, nodeOptions, ownModule, projectFolder } from '../kernel/folders.ts';
import { fullhouseReporters } from '../reporters/index.ts';
import { outputFolder } from '../run/output-folder.ts';
import { endWithMessage, type Prepared, prepareRun } from '../run/prepare-run.ts';
import { projects } from '../run/projects.ts';
import { shardNote } from '../run/shard-note.ts';
import { callerOf } from './call-site.ts';
import { placeOfLimit, readOptions } from './check-options.ts';
import { isOnlyRead, noteOptions } from './noted-options.ts';
import type { FullhouseOptions } from './options.ts';
import { besideOptions, listOf, ownProjects, ownReporters } from './own-config.ts';

/** The folder of the specs. */
const TEST_DIR = 'tests';

/**
 * The configuration of a project: the default export of `playwright.config.ts`. The phases `load`, `chaos`, `bench` and
 * `conduct` become Playwright projects, beside your own ones. Nothing is started before the command line asks for a phase.
 *
 * ```ts
 * export default defineFullhouse({
 *   contract: 'contract.yaml',
 *   targets: { 'latency p95': '< 500 ms', 'error rate': '< 1 %' },
 *   settings: { CONCURRENT_USERS: 50, TEST_DURATION: 60 },
 * });
 * ```
 * A mistake ends the process with a sentence that names the file, the line, the option and what is allowed.
 */
export async function defineFullhouse(options: FullhouseOptions = {}): Promise<PlaywrightTestConfig> {
  // Only the first part of an async function runs while its caller is on the stack.
  const at = callerOf(new Error('for its stack').stack ?? '', import.meta.url);
  const folder = at === undefined ? projectFolder() : dirname(at.file);
  const startedIn = process.cwd();
  let own: Project[];
  const { testDir = TEST_DIR, playwright = {} } = options ?? {};
  try {
    enterProject(folder);
    const settings = readOptions(options, at);
    if (isOnlyRead()) {
      noteOptions({ options, settings });
      return {};
    }
    configure(settings);
    own = ownProjects(playwright, testDir);
  } catch (error) {
    return endWithMessage(error);
  }
  const prepared = await prepareRun({
    folder,
    startedIn,
    testDir,
    ownProjects: own.map(({ name = '' }) => name),
    hasWebServers: listOf(playwright.webServer).length > 0,
    mistakesOf: ({ settings: { targets, benchTargets }, contract }) => [
      ...unknownOperations(targets, contract, placeOfLimit('targets', options, at)),
      ...unmeasured(benchTargets, benchmarksOf(contract), placeOfLimit('benchTargets', options, at)),
    ],
  });
  if (prepared !== undefined) return configOf(prepared, playwright, own);
  return own.length === 0 ? playwright : { ...playwright, projects: [...own, ...emptyPhases] };
}

/** A command line may name a phase of which its other words select no test: Playwright must know the name. */
const emptyPhases = phaseNames.map((name) => ({ name, testMatch: [] }));

function configOf(
  prepared: Prepared,
  playwright: PlaywrightTestConfig,
  own: readonly Project[],
): PlaywrightTestConfig {
  const { settings, run } = prepared;
  return defineConfig({
    ...besideOptions(playwright),
    outputDir: run.temporaryOutput ?? outputFolder(run.id),
    workers: run.workers,
    // A repeated slice would be a second crowd.
    retries: 0,
    forbidOnly: playwright.forbidOnly ?? isCi(),
    metadata: { ...playwright.metadata, ...shardNote(run) },
    globalSetup: [
      ...listOf(playwright.globalSetup),
      ownModule('src/run/global-setup'),
      ownModule('src/reporters/keep-progress'),
      ownModule('src/steering/set-up'),
    ],
    globalTeardown: [ownModule('src/reporters/last-verdict'), ...listOf(playwright.globalTeardown)],
    reporter: isListing() ? 'list' : fullhouseReporters(ownReporters(playwright)),
    projects: projects({
      ...prepared,
      own,
      launchOptions: launchOptions({
        chromiumPath: settings.CHROMIUM_PATH,
        artifactsFolder: announcedPrivateFolder(),
      }),
    }),
    webServer: [...listOf(playwright.webServer), ...referenceService(prepared)],
  });
}

type WebServer = Exclude<NonNullable<PlaywrightTestConfig['webServer']>, readonly unknown[]>;

/** The reference service as a web server of Playwright, if the run starts it. */
function referenceService({ settings, run }: Prepared): WebServer[] {
  if (run.startsServiceOn === undefined) return [];
  return [
    {
      name: 'meetings service',
      command: ['node', ...nodeOptions(), ownModule('service/main')].map(quoted).join(' '),
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
  ];
}

/** A word of a shell command. */
function quoted(word: string): string {
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}
