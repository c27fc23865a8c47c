import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions } from '@playwright/test';
import { UserError } from '../kernel/errors.ts';
import { giveWay } from '../kernel/give-way.ts';
import { childIds } from '../kernel/process-family.ts';
import { uninstrumentedPlaywright } from '../request-context/uninstrumented-playwright.ts';
import { launchOptions, missingChromium, noteProfiles } from './launch-options.ts';

const LAUNCH_TIMEOUT_MS = 20_000;

/**
 * Browsers have a lower priority than the participants that measure and the service: at equal priority, a page that opened
 * delayed arrivals by 100 ms and more on two busy processors. At 10, browsers get a tenth of the time of the others, and
 * arrivals waited for 30 ms.
 */
const NICE = 10;

/** The viewport of a small phone. Each page holds its pixels several times: a window of 1280 × 720 takes 9 MB more. */
export const VIEWPORT = { width: 360, height: 640 };

/** Granted in advance: a page may request the microphone only when another participant can hear it. */
const PERMISSIONS = ['microphone'];

/** The processor renders the pages: an animation costs CPU time that a phone's graphics chip would save. */
const MOTION = 'reduce';

const HINT =
  'Run `npx playwright install chromium`, set CHROMIUM_PATH to a Chromium that starts, or run with BROWSER_USERS=0.';

export interface CrowdBrowserOptions {
  readonly chromiumPath?: string | undefined;
  /** Playwright records traces, which hold tokens, in this folder. Without it, traces outlive a process that is killed. */
  readonly privateFolder?: string | undefined;
}

/** One browser for many participants; each has its own context. A browser that died is started again when it is needed. */
export class CrowdBrowser {
  readonly #options: CrowdBrowserOptions;
  #browser: Promise<Browser> | undefined;
  #processId: number | undefined;
  #traces: Promise<string> | undefined;
  #isClosed = false;

  private constructor(options: CrowdBrowserOptions) {
    this.#options = options;
  }

  /** @throws {UserError} if no browser starts, with the reason and a hint */
  static async launch(options: CrowdBrowserOptions = {}): Promise<CrowdBrowser> {
    const browser = new CrowdBrowser(options);
    await browser.#running();
    return browser;
  }

  /** The browser's main process, the ancestor of all its others; undefined if the system does not report it. */
  get processId(): number | undefined {
    return this.#processId;
  }

  async newContext(options?: BrowserContextOptions): Promise<BrowserContext> {
    const usual = { viewport: VIEWPORT, reducedMotion: MOTION, permissions: PERMISSIONS } as const;
    return (await this.#running()).newContext({ ...usual, ...options });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const browser = await this.#browser?.catch(() => undefined);
    await browser?.close();
    // The traces to keep have been moved already.
    const traces = await this.#traces;
    if (traces !== undefined) await rm(traces, { recursive: true, force: true });
  }

  #running(): Promise<Browser> {
    if (this.#isClosed) return Promise.reject(new Error('the browser has been closed'));
    this.#browser ??= this.#launch().catch((error: unknown) => {
      this.#browser = undefined;
      throw error;
    });
    return this.#browser;
  }

  #tracesFolder(): Promise<string> | undefined {
    const { privateFolder } = this.#options;
    if (privateFolder === undefined) return undefined;
    this.#traces ??= mkdtemp(join(privateFolder, 'recording-'));
    return this.#traces;
  }

  async #launch(): Promise<Browser> {
    // Playwright leaves its temporary folders behind if the program does not exist.
    const missing = missingChromium(this.#options);
    if (missing !== undefined)
      throw new UserError(`No browser starts: no Chromium was found here (looked for ${missing}). ${HINT}`);
    const before = new Set(childIds(process.pid));
    const tracesDir = await this.#tracesFolder();
    const options = {
      ...launchOptions({ ...this.#options, artifactsFolder: tracesDir }),
      timeout: LAUNCH_TIMEOUT_MS,
      ...(tracesDir === undefined ? {} : { tracesDir }),
    };
    const browser = await uninstrumentedPlaywright()
      .chromium.launch(options)
      .catch((error: unknown) => {
        throw new UserError(`${reason(error, this.#options)} ${HINT}`, { cause: error });
      });
    const { privateFolder } = this.#options;
    if (privateFolder !== undefined) await noteProfiles(privateFolder);
    this.#processId = childIds(process.pid).find((pid) => !before.has(pid));
    if (this.#processId !== undefined) await giveWay(this.#processId, NICE);
    browser.once('disconnected', () => {
      this.#browser = undefined;
    });
    return browser;
  }
}

/** Playwright's message has the whole command line and the log of the browser. */
function reason(error: unknown, options: CrowdBrowserOptions): string {
  const { message } = error as Error;
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(message)?.[1];
  if (library !== undefined) return `No browser starts: the library ${library} is missing.`;
  const path = launchOptions(options).executablePath ?? 'Playwright’s own Chromium';
  if (/has been closed/.test(message)) return `No browser starts: ${path} ended before it was ready.`;
  const [first = ''] = message.split('\n');
  return `No browser starts: ${first.replace(/^browserType\.launch: /, '').replace(/[.:]?$/, '.')}`;
}
