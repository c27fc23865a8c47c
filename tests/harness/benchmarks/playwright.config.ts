import { defineConfig } from '@playwright/test';

/** Measurements of the harness itself. They are not part of `npm test`, because they need a quiet machine and minutes. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.bench.ts',
  outputDir: '../../../reports/bench/output',
  workers: 1,
  timeout: 10 * 60_000,
  reporter: [['list']],
});
