import { type Browser, test as base, chromium, type Page } from '@playwright/test';
import { launchOptions, whyNoBrowser } from '../../../../src/browser/launch-options.ts';
import { type ProbeService, startProbeService } from './probe/service.ts';

export { expect } from '@playwright/test';

/** A page in a real Chromium, and a service on loopback that answers at once. Skips the test without a browser. */
export const test = base.extend<{ page: Page; service: ProbeService }, { chromium: Browser | string }>({
  chromium: [
    async ({}, use) => {
      const surroundings = { chromiumPath: process.env.CHROMIUM_PATH };
      const missing = whyNoBrowser(surroundings);
      if (missing !== undefined) return use(missing);
      const browser = await chromium.launch(launchOptions(surroundings));
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],

  page: async ({ chromium: browser }, use, testInfo) => {
    if (typeof browser === 'string') {
      testInfo.skip(true, browser);
      return;
    }
    const context = await browser.newContext();
    await use(await context.newPage());
    await context.close();
  },

  service: async ({}, use) => {
    await using service = await startProbeService();
    await use(service);
  },
});
