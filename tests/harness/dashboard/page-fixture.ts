import { type Browser, test as base, chromium, expect, type Page } from '@playwright/test';
import { launchOptions, whyNoBrowser } from '../../../src/browser/launch-options.ts';

export { expect } from '@playwright/test';

/** A page in a real Chromium, in which no script may fail; skips where there is no browser. */
export const test = base.extend<{ page: Page }, { chromium: Browser | string }>({
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

  page: async ({ chromium: browser, viewport, colorScheme }, use, testInfo) => {
    if (typeof browser === 'string') {
      testInfo.skip(true, browser);
      return;
    }
    const context = await browser.newContext({ viewport, colorScheme });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) errors.push(message.text());
    });
    await use(page);
    expect(errors).toEqual([]);
    await context.close();
  },
});

/** The tile of a key figure. */
export function tile(page: Page, name: string) {
  return page.locator('#tiles > div').filter({ has: page.getByText(name, { exact: true }) });
}

/** The line of one target. */
export function target(page: Page, text: string) {
  return page.locator('#targets li').filter({ hasText: text });
}
