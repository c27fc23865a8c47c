import { join, resolve } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import type { CommandIo } from '../../kernel/command.ts';
import { commandWith } from '../../kernel/command-arguments.ts';
import { UserError } from '../../kernel/errors.ts';
import { importDefault } from '../../kernel/import-default.ts';

/** What two users do in the place of a person. */
type Steps = (anna: Page, ben: Page) => Promise<void>;

const NAME = 'npx fullhouse contract record';
const USAGE = `Usage: ${NAME} ADDRESS [STEPS] [--out FOLDER]

Records two users of a service for \`npx fullhouse contract from-har\`, as
anna.har and ben.har. Opens the page at ADDRESS in two windows: act in them as
two users in one meeting, with a second between two actions, then close both.
With STEPS, no window opens, and a module acts:
  export default async (anna, ben) => { … }   (two pages of Playwright)
The files have passwords and tokens: delete them after use.

  --out FOLDER   where the files go; without it, the working folder

Example: ${NAME} http://localhost:8080/`;

export const record = commandWith({
  name: NAME,
  usage: USAGE,
  options: ['out'],
  mostFiles: 2,
  async run({ options, files: [address, stepsFile] }, io) {
    if (address === undefined || !/^https?:/.test(address) || !URL.canParse(address))
      throw new UserError(`Give the address of a page of the service.\n${USAGE}`);
    const steps = stepsFile === undefined ? undefined : await stepsIn(stepsFile);
    const files = ['anna.har', 'ben.har'].map((name) => join(options.out ?? '.', name));
    await recordInto(files, { address, steps }, io);
    io.out(`Wrote ${files.join(' and ')}.`);
    return 0;
  },
});

async function stepsIn(file: string): Promise<Steps> {
  const steps = await importDefault(resolve(file)).catch((error: Error) => {
    throw new UserError(`"${file}" cannot be used: ${error.message}`);
  });
  if (typeof steps === 'function') return steps as Steps;
  throw new UserError(`"${file}" exports no steps. Write: export default async (anna, ben) => { … }`);
}

interface Acts {
  readonly address: string;
  readonly steps: Steps | undefined;
}

async function recordInto(files: readonly string[], { address, steps }: Acts, io: CommandIo): Promise<void> {
  // The other commands for contracts start without the code for browsers.
  const { launchOptions, whyNoBrowser } = await import('../../browser/launch-options.ts');
  const { chromium } = await import('@playwright/test');
  const { CHROMIUM_PATH: chromiumPath } = io.environment;
  const missing = chromiumPath ? undefined : whyNoBrowser();
  if (missing !== undefined) throw new UserError(missing);
  const options = launchOptions(chromiumPath ? { chromiumPath } : {});
  const browser = await chromium
    .launch({ ...options, headless: steps !== undefined })
    .catch(({ message }: Error) => {
      const hint = steps === undefined ? ' Without a screen, give a module with the steps.' : '';
      throw new UserError(`No browser starts: ${message.split('\n')[0]}${hint}`);
    });
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
    await actIn(contexts, { address, steps }, io);
    // This writes the files.
    await Promise.all(contexts.map((context) => context.close()));
  } finally {
    await browser.close();
  }
}

async function actIn(
  contexts: readonly BrowserContext[],
  { address, steps }: Acts,
  io: CommandIo,
): Promise<void> {
  const pages = await Promise.all(contexts.map((context) => context.newPage()));
  const closed = pages.map((page) => page.waitForEvent('close', { timeout: 0 }));
  try {
    await Promise.all(pages.map((page) => page.goto(address)));
  } catch (error) {
    throw new UserError(`The page at ${address} does not open: ${(error as Error).message.split('\n')[0]}`);
  }
  const [anna, ben] = pages as [Page, Page];
  if (steps) return steps(anna, ben);
  io.out('Act as two users in one meeting: wait a second between two actions. Then close both windows.');
  await Promise.all(closed);
}
