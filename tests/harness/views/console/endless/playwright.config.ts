import { defineConfig } from '@playwright/test';

/** A test that never ends, told by our console reporter alone. */
export default defineConfig({
  testDir: '.',
  testMatch: 'endless.ts',
  timeout: 0,
  reporter: [['../../../../../src/reporters/console-reporter.ts']],
});
