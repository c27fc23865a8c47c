import { join } from 'node:path';
import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';
import { isListing } from '../../src/config/command-line.ts';

const reports = join(import.meta.dirname, '../../reports/harness');

/** What needs a real Chromium. */
const PAGES = [
  'contract-file/recorded/*',
  'dashboard/page',
  'network/page/*',
  'participants/browser-*',
  'views/all-runs/page',
  'views/page/*',
  'service/room/*',
];

/**
 * A suite of the harness's own tests: no crowd and no service are shared. First the tests of parts (pure functions,
 * services, sockets), then whole runs as users start them, and beside these the tests of parts in real pages. Nothing is
 * retried: a red test is a finding.
 */
export function suite({ ending, prefix = '' }: { ending: string; prefix?: string }): PlaywrightTestConfig {
  const pages = PAGES.map((path) => path + ending);
  return defineConfig({
    testDir: import.meta.dirname,
    testMatch: `**/*${ending}`,
    outputDir: join(reports, `${prefix}output`),
    forbidOnly: !!process.env.CI,
    globalSetup: join(import.meta.dirname, 'postgres-server.ts'),
    // A list of tests writes nothing.
    reporter: isListing()
      ? 'list'
      : [
          ['list'],
          [join(import.meta.dirname, 'parts-reporter.ts')],
          ['json', { outputFile: join(reports, `${prefix}results.json`) }],
        ],
    retries: 0,
    // What waits for a browser, a socket or a process ends with the event; a busy machine takes its time.
    expect: { timeout: 20_000 },
    // More than processors: half of the time, these tests wait for something.
    workers: '150%',
    // The tests of a file stay in one worker, because most of them take less time than loading their file again.
    // No dependency between them: `npm test -- <pattern>` runs what it names and nothing else. Their order stays.
    projects: [
      {
        name: 'parts',
        testIgnore: [join(import.meta.dirname, 'runs/**'), ...pages],
        timeout: 60_000,
      },
      // Two at a time: each starts two workers itself, a service, and maybe a browser, and then mostly waits. What they
      // say of a busy machine is part of what is tested. Another worker goes on with the pages.
      { name: 'runs', testDir: join(import.meta.dirname, 'runs'), workers: 2, timeout: 180_000 },
      // An action that cannot happen says why before the time of its test is over.
      { name: 'pages', testMatch: pages, timeout: 120_000, use: { actionTimeout: 30_000 } },
    ],
  });
}
