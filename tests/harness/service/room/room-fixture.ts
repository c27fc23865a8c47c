import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { launchOptions, whyNoBrowser } from '../../../../src/browser/launch-options.ts';
import { test as base } from '../service-fixture.ts';
import type { User } from '../user.ts';
import { RoomPage } from './room-page.ts';

export { expect } from '@playwright/test';

type TestFixtures = {
  /** Opens a tab of the meeting room in a new context. Skips the test without a browser. */
  openPage: (options?: Parameters<Browser['newContext']>[0]) => Promise<RoomPage>;
  /** Opens a tab in which this user has joined the meeting. */
  visit: (user: User, meetingId: string) => Promise<RoomPage>;
  /** The console errors of all tabs of the test, including exceptions. */
  consoleErrors: string[];
};

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

  consoleErrors: async ({}, use) => use([]),

  openPage: async ({ chromium: browser, consoleErrors }, use, testInfo) => {
    if (typeof browser === 'string') return testInfo.skip(true, browser);
    const contexts: BrowserContext[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      return new RoomPage(listen(await context.newPage(), consoleErrors));
    });
    for (const context of contexts) await context.close();
  },

  visit: async ({ openPage }, use) => {
    await use(async (user, meetingId) => {
      const room = await openPage();
      await room.goto(user, meetingId);
      await room.join();
      return room;
    });
  },
});

function listen(page: Page, errors: string[]): Page {
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  return page;
}
