import { mkdirSync } from 'node:fs';
import { test as base } from '@playwright/test';

export const test = base.extend<{
  /** An empty folder of this test's own, removed before the next run. */
  folder: string;
}>({
  folder: async ({}, use, testInfo) => {
    const folder = testInfo.outputPath('folder');
    mkdirSync(folder, { recursive: true });
    await use(folder);
  },
});
