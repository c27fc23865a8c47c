import { CrowdBrowser } from '../browser/crowd-browser.ts';
import { RoomPage } from '../participants/room-page.ts';
import type { CoordinatorConnection } from './coordinator/coordinator-connection.ts';
import { divide } from './schedules/index.ts';

export interface BrowserSettings {
  /** Browser participants of the whole crowd; 0 for none. */
  readonly users: number;
  /** Every Nth browser session is traced; 0 for none. */
  readonly traceEvery: number;
  readonly chromiumPath?: string | undefined;
}

interface Surroundings {
  readonly serviceUrl: string;
  readonly index: number;
  readonly of: number;
  readonly timeoutMs: number;
  readonly privateFolder: string;
}

export interface PreparedBrowsers {
  /** The browsers of this slice; undefined if it hosts no browser participant. */
  readonly browser: CrowdBrowser | undefined;
  /** Why no browser takes part, or null. */
  readonly unavailableReason: string | null;
}

/**
 * Before any load: one slice tries for all whether a browser starts and whether the service has the page, so
 * that every slice ends with the same message (a UserError) or continues without browsers.
 */
export async function prepareBrowsers(
  { users, chromiumPath }: BrowserSettings,
  { serviceUrl, index, of, timeoutMs, privateFolder }: Surroundings,
  coordinator: CoordinatorConnection,
): Promise<PreparedBrowsers> {
  let browser: CrowdBrowser | undefined;
  const unavailableReason = await coordinator.shared<string | null>('browsers', async () => {
    browser = await CrowdBrowser.launch({ chromiumPath, privateFolder });
    return whyNoPage(browser, serviceUrl, timeoutMs);
  });
  const own = unavailableReason === null ? divide(users, index, of) : 0;
  if (own === 0) {
    await browser?.close();
    return { browser: undefined, unavailableReason };
  }
  browser ??= await CrowdBrowser.launch({ chromiumPath, privateFolder });
  return { browser, unavailableReason };
}

async function whyNoPage(browser: CrowdBrowser, url: string, timeoutMs: number): Promise<string | null> {
  const context = await browser.newContext();
  try {
    const isServed = await RoomPage.isServed(await context.newPage(), url, timeoutMs);
    return isServed ? null : `the service has no meeting room at ${url}/`;
  } catch (error) {
    const [why = ''] = (error as Error).message.split('\n');
    return `the service’s meeting room at ${url}/ does not open (${why.replace(/^page\.goto: /, '')})`;
  } finally {
    await context.close();
  }
}
