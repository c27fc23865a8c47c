import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions, Page } from '@playwright/test';
import { performancePage } from '../../../../src/views/page/page.ts';
import type { PageData } from '../../../../src/views/page/page-data.ts';
import { test as base, expect } from '../../network/page/page-fixture.ts';

export { expect };

export interface Opened {
  readonly page: Page;
  /** The text of the file. */
  readonly file: string;
  /** What the page logged, threw or asked for beyond its own file. */
  readonly complaints: string[];
}

export const test = base.extend<{
  /** Writes the page of a run to disk and opens the file, as its recipient does. */
  open: (data: PageData, options?: BrowserContextOptions) => Promise<Opened>;
}>({
  open: async ({ chromium: browser }, use, testInfo) => {
    testInfo.skip(typeof browser === 'string', String(browser));
    if (typeof browser === 'string') return;
    await use(async (data, options = {}) => {
      const file = await performancePage(data);
      const path = testInfo.outputPath('index.html');
      await writeFile(path, file);
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (request.url() !== pathToFileURL(path).href) complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(pathToFileURL(path).href);
      return { page, file, complaints };
    });
    for (const context of browser.contexts()) await context.close();
  },
});

/** Whether something is drawn in the charts: how many of their pixels are not empty. */
export function inkOf(page: Page): Promise<number[]> {
  return page.locator('.plot canvas').evaluateAll((canvases) =>
    canvases.map((element) => {
      const { width, height } = element as unknown as { width: number; height: number };
      const pixels = (element as unknown as DrawnOn).getContext('2d').getImageData(0, 0, width, height).data;
      let ink = 0;
      for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 0) ink += 1;
      return ink;
    }),
  );
}

/** The used part of a canvas: tests are compiled without DOM types. */
interface DrawnOn {
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
}

/** Opens all details, but only the first table of a chart, because these are all alike. */
export async function openAll(page: Page): Promise<void> {
  await page
    .locator('details:not(.alternative)')
    .or(page.locator('details.alternative').first())
    .evaluateAll((all) => {
      for (const details of all) (details as unknown as { open: boolean }).open = true;
    });
  // The charts within are drawn when the browser tells that they were opened.
  await expect(page.locator('details.experiment .plot:not(:has(canvas))')).toHaveCount(0);
}
