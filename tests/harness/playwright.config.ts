import { defineConfig } from '@playwright/test';

/** The harness's own tests: no crowd, no shared service. Load, chaos and bench run from the top-level config. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.test.ts',
  outputDir: '../../reports/harness/output',
  forbidOnly: !!process.env.CI,
  reporter: [['list'], ['json', { outputFile: '../../reports/harness/results.json' }]],
  projects: [
    { name: 'parts', testIgnore: 'runs/**', fullyParallel: true, timeout: 30_000 },
    // Whole load runs, one after the other and after everything else: they need the machine for themselves.
    { name: 'runs', testDir: 'runs', dependencies: ['parts'], workers: 1, timeout: 120_000 },
  ],
});
