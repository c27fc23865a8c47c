import { CrowdBrowser } from '../browser/crowd-browser.ts';
import { RoomPage } from '../participants/room-page.ts';
import type { CoordinatorConnection } from './coordinator/coordinator-connection.ts';
import { divide } from './schedules/index.ts';
import type { SliceOptions } from './slice-options.ts';

export interface PreparedBrowsers {
  /** The browsers of this slice; undefined if it hosts no browser participant. */
  readonly browser: CrowdBrowser | undefined;
  /** Why no browser takes part, or null. */
  readonly unavailableReason: string | null;
}

/**
 * Runs before any load. One slice checks for all slices whether a browser starts and whether the service has the page,
 * so that every slice ends with the same message (a UserError) or continues without browsers.
 */
export async function prepareBrowsers(
  { browsers: { users, chromiumPath }, serviceUrl, index, of, requestTimeoutMs, privateFolder }: SliceOptions,
  coordinator: CoordinatorConnection,
): Promise<PreparedBrowsers> {
  if (users === 0) return { browser: undefined, unavailableReason: null };
  let browser: CrowdBrowser | undefined;
  const unavailableReason = await coordinator.shared<string | null>('browsers', async () => {
    browser = await CrowdBrowser.launch({ chromiumPath, privateFolder });
    return whyNoPage(browser, serviceUrl, requestTimeoutMs);
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
