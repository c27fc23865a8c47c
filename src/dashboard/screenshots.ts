import { mkdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { launchOptions } from '../browser/launch-options.ts';
import { UserError } from '../kernel/errors.ts';

const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const SIZE = { width: 1240, height: 1010 };
/** For curves that show something. */
const SECONDS = 40;

/** Makes the pictures of the dashboard again, from a run that goes on; answers what it wrote. */
async function takeScreenshots(url: string): Promise<string[]> {
  await mkdir(images, { recursive: true });
  const browser = await chromium.launch(launchOptions());
  try {
    const tabs = await Promise.all(
      (['light', 'dark'] as const).map(async (colorScheme) => {
        const context = await browser.newContext({ viewport: SIZE, colorScheme });
        return { tab: await context.newPage(), path: join(images, `dashboard-${colorScheme}.png`) };
      }),
    );
    for (const { tab, path } of tabs) {
      await tab.goto(url).catch(() => {
        throw new UserError(`No dashboard is at ${url}. Start a run of a minute (npm start), then this.`);
      });
      const lasted = tab.getByText(new RegExp(`^(0:[${SECONDS / 10}-9]|[1-9]).* elapsed`));
      await lasted.waitFor({ timeout: 120_000 });
      await tab.screenshot({ path });
    }
    return tabs.map(({ path }) => path);
  } finally {
    await browser.close();
  }
}

/** `npm run screenshots:dashboard [-- <address>]`, beside a run. */
try {
  for (const path of await takeScreenshots(process.argv[2] ?? 'http://127.0.0.1:3333'))
    console.log(`${relative(process.cwd(), path)}  ${Math.round((await stat(path)).size / 1024)} KiB`);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
