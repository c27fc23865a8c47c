import { mkdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { launchOptions } from '../browser/launch-options.ts';
import { UserError } from '../kernel/errors.ts';

const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));

export interface Pictures {
  /** The files are `<name>-light.png` and `<name>-dark.png`. */
  readonly name: string;
  readonly size: { readonly width: number; readonly height: number };
  /** Opens the page; only the message of a UserError is printed. */
  open(tab: Page): Promise<unknown>;
}

/** Makes the pictures of a page for the guides, in light and in dark mode, and prints their paths. */
export async function takePictures({ name, size, open }: Pictures): Promise<void> {
  await mkdir(images, { recursive: true });
  const browser = await chromium.launch(launchOptions());
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport: size, colorScheme });
      const tab = await context.newPage();
      await open(tab);
      const path = join(images, `${name}-${colorScheme}.png`);
      await tab.screenshot({ path });
      console.log(`${relative(process.cwd(), path)}  ${Math.round((await stat(path)).size / 1024)} KiB`);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
