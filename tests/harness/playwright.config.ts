import { defineConfig } from '@playwright/test';

const MEASURING = '**/bench.test.ts';

/** The harness's own tests: no crowd, no shared service. Load, chaos and bench run from the top-level config. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.test.ts',
  outputDir: '../../reports/harness/output',
  forbidOnly: !!process.env.CI,
  reporter: [['list'], ['json', { outputFile: '../../reports/harness/results.json' }]],
  // On a machine that others share too, browsers and sockets may be late once. CI names what needed a second try.
  retries: process.env.CI ? 1 : 0,
  // Half of the time, these tests wait for something.
  workers: '100%',
  projects: [
    { name: 'parts', testIgnore: 'runs/**', fullyParallel: true, timeout: 30_000 },
    // Whole runs as users start them, after everything else. What they say of a busy machine is part of what is tested.
    {
      name: 'runs',
      testDir: 'runs',
      testIgnore: MEASURING,
      dependencies: ['parts'],
      fullyParallel: true,
      timeout: 120_000,
    },
    // These compare what they measure, so each has the machine for itself.
    {
      name: 'measuring runs',
      testDir: 'runs',
      testMatch: MEASURING,
      dependencies: ['runs'],
      workers: 1,
      timeout: 240_000,
    },
  ],
});
