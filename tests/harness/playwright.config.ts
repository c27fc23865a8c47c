import { defineConfig } from '@playwright/test';

/** The harness's own tests: no crowd, no shared service. Load, chaos and bench run from the top-level config. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.test.ts',
  outputDir: '../../reports/harness/output',
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  timeout: 30_000,
  reporter: [['list'], ['json', { outputFile: '../../reports/harness/results.json' }]],
});
