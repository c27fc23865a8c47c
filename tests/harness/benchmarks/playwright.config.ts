import { defineConfig } from '@playwright/test';

/** Measurements of the harness itself. Not part of `npm test`: they want a quiet machine and take minutes. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.bench.ts',
  outputDir: '../../../reports/bench/output',
  workers: 1,
  timeout: 10 * 60_000,
  reporter: [['list']],
});
