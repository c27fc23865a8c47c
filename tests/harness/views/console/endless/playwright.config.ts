import { defineConfig } from '@playwright/test';

/** One test that never ends, with only our console reporter. */
export default defineConfig({
  testDir: '.',
  testMatch: 'endless.ts',
  timeout: 0,
  reporter: [['../../../../../src/reporters/console-reporter.ts']],
});
