import { defineConfig } from '@playwright/test';

/** Run by uninstrumented.test.ts in a process of its own, to count the steps that a reporter gets to see. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.counted.ts',
  outputDir: '../../../../reports/harness/output/steps',
  workers: 1,
  reporter: [['./count-steps.ts']],
});
