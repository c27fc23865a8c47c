import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { launchOptions } from '../browser/launch-options.ts';
import { UserError } from '../kernel/errors.ts';
import { runFolder, runIds } from '../run/run-folder.ts';

const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));

/** What fits beside text: the first screen and the first charts. */
const SIZE = { width: 1240, height: 1385 };

/** Makes the pictures of the README again, from the page of a run; answers what it wrote. */
async function takeScreenshots(page: string): Promise<string[]> {
  await mkdir(images, { recursive: true });
  const browser = await chromium.launch(launchOptions());
  const written: string[] = [];
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport: SIZE, colorScheme });
      const tab = await context.newPage();
      await tab.goto(pathToFileURL(page).href);
      const path = join(images, `performance-page-${colorScheme}.png`);
      await tab.screenshot({ path });
      written.push(path);
      await context.close();
    }
  } finally {
    await browser.close();
  }
  return written;
}

function pageOf(run: string | undefined): string {
  const id = run ?? runIds().findLast((one) => existsSync(join(runFolder(one), 'index.html')));
  const page = join(runFolder(id ?? ''), 'index.html');
  if (id !== undefined && existsSync(page)) return page;
  throw new UserError(
    run === undefined
      ? 'No run has a page yet. Start one: npm start.'
      : `Run "${run}" has no page in reports/runs. Use a run that has an index.html, or none for the last one.`,
  );
}

/** `npm run screenshots [-- <run>]`: of the last run that has a page, unless one is named. */
try {
  for (const path of await takeScreenshots(pageOf(process.argv[2])))
    console.log(`${relative(process.cwd(), path)}  ${Math.round((await stat(path)).size / 1024)} KiB`);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
