import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, test as base, chromium } from '@playwright/test';
import { launchOptions, whyNoBrowser } from '../../../../src/browser/launch-options.ts';
import { folder } from '../written.ts';
import { type RecordedUser, recordUser } from './record.ts';

interface TestFixtures {
  /** Opens two users of a service, whose traffic is recorded; `save` ends it and returns the two files. */
  record: (start: string, options?: BrowserContextOptions) => Promise<Pair>;
}

export interface Pair {
  readonly users: readonly [RecordedUser, RecordedUser];
  save(): Promise<string[]>;
}

export const test = base.extend<TestFixtures, { chromium: Browser | string }>({
  chromium: [
    async ({}, use) => {
      const missing = whyNoBrowser();
      if (missing !== undefined) return use(missing);
      const browser = await chromium.launch(launchOptions());
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],

  record: async ({ chromium: browser }, use, testInfo) => {
    if (typeof browser === 'string') return testInfo.skip(true, browser);
    const place = folder();
    const opened: RecordedUser[] = [];
    await use(async (start, options) => {
      const paths = ['a.har', 'b.har'].map((name) => join(place, name));
      const contents = ['embed', 'attach'] as const;
      const users = await Promise.all(
        paths.map((path, index) => recordUser(browser, start, { path, content: contents[index]! }, options)),
      );
      opened.push(...users);
      return {
        users: users as [RecordedUser, RecordedUser],
        save: async () => {
          for (const user of users) await user.save();
          return paths;
        },
      };
    });
    for (const user of opened) await user.save();
    rmSync(place, { recursive: true, force: true });
  },
});
