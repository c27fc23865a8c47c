import { defineConfig } from '@playwright/test';

/** uninstrumented.test.ts runs it in a separate process, to count the steps that a reporter gets. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.counted.ts',
  outputDir: '../../../../reports/harness/output/steps',
  workers: 1,
  reporter: [['./count-steps.ts']],
});
