/**
 * Records two users of a service for `npx fullhouse contract from-har`, as anna.har and ben.har.
 *
 *   node --import tsx docs/examples/record-two-users.ts ADDRESS
 *     opens ADDRESS in two windows, one for each user. Act in them, then close both.
 *
 *   node --import tsx docs/examples/record-two-users.ts ADDRESS STEPS.ts
 *     opens no window. STEPS.ts acts in their place: export default async (anna: Page, ben: Page) => { … }
 *
 *   --out FOLDER   where the files go; without it, here
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { launchOptions, whyNoBrowser } from '../../src/browser/launch-options.ts';
import { importDefault } from '../../src/kernel/import-default.ts';

type Steps = (anna: Page, ben: Page) => Promise<void>;

const USAGE =
  'Usage: node --import tsx docs/examples/record-two-users.ts ADDRESS [STEPS.ts] [--out FOLDER]\n' +
  'ADDRESS is that of a page of the service, such as http://localhost:8080/';

async function record(address: string, steps: Steps | undefined, folder: string): Promise<void> {
  const missing = whyNoBrowser();
  if (missing !== undefined) throw new Error(missing);
  const files = ['anna.har', 'ben.har'].map((name) => join(folder, name));
  const browser = await chromium.launch({ ...launchOptions(), headless: steps !== undefined });
  try {
    const contexts = await Promise.all(
      files.map((path) =>
        browser.newContext({
          // Bodies and WebSocket messages have to be in the file.
          recordHar: { path, content: 'embed' },
          // For certificates of a private authority, and for steps that load a client into a page.
          ignoreHTTPSErrors: true,
          bypassCSP: steps !== undefined,
        }),
      ),
    );
    await actIn(contexts, address, steps);
    // This writes the files.
    await Promise.all(contexts.map((context) => context.close()));
  } finally {
    await browser.close();
  }
  console.log(`Wrote ${files.join(' and ')}.`);
}

async function actIn(
  contexts: readonly BrowserContext[],
  address: string,
  steps: Steps | undefined,
): Promise<void> {
  const pages = await Promise.all(contexts.map((context) => context.newPage()));
  const closed = pages.map((page) => page.waitForEvent('close', { timeout: 0 }));
  await Promise.all(pages.map((page) => page.goto(address)));
  const [anna, ben] = pages as [Page, Page];
  if (steps) return steps(anna, ben);
  console.log('Act as two users in one meeting: wait a second between two actions. Then close both windows.');
  await Promise.all(closed);
}

async function stepsIn(file: string): Promise<Steps> {
  const steps = await importDefault(resolve(file));
  if (typeof steps === 'function') return steps as Steps;
  throw new Error(`"${file}" exports no steps. Write: export default async (anna, ben) => { … }`);
}

try {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
  const [address, stepsFile] = positionals;
  if (address === undefined || !URL.canParse(address)) throw new Error(USAGE);
  const steps = stepsFile === undefined ? undefined : await stepsIn(stepsFile);
  await record(address, steps, values.out ?? '.');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
