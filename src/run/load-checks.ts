import { CrowdBrowser } from '../browser/crowd-browser.ts';
import { isGiven, type Run } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { openFilesLimit } from '../crowd/generator-watch.ts';
import {
  memoryWarning,
  openFilesWarning,
  reachWarning,
  serviceFilesWarning,
  tooFewAccounts,
  withoutPage,
} from '../crowd/reach.ts';
import { peakUsers } from '../crowd/schedules/index.ts';
import { portWarning, wrongFamily } from '../crowd/source-addresses.ts';
import { UserError } from '../kernel/errors.ts';
import { memoryLimit } from '../kernel/out-of-memory.ts';
import type { Offers } from '../meetings/offers.ts';

interface Loaded {
  readonly url: string;
  readonly offers: Pick<Offers, 'page' | 'wrongSocketAddress'>;
  /** The number of users in the contract; undefined if it can make any number. */
  readonly accounts: number | undefined;
}

/**
 * Before any worker starts: refuses a load that this service or machine cannot handle, with one message instead of one
 * from each slice, and warns about a load that may fall short. @throws {UserError}
 */
export async function checkLoad(
  settings: Settings,
  run: Run,
  { url, offers, accounts }: Loaded,
): Promise<void> {
  if (offers.wrongSocketAddress !== undefined) throw new UserError(offers.wrongSocketAddress);
  await refuseOrWarnOfBrowsers(settings, offers.page, url);
  const participants = peakUsers(settings.schedule) + (offers.page === false ? 0 : settings.BROWSER_USERS);
  const refusal = tooFewAccounts(accounts, participants, run);
  if (refusal !== undefined) throw new UserError(refusal);
  const mistake = wrongFamily({ sourceAddresses: settings.SOURCE_ADDRESSES, serviceUrl: url });
  if (mistake !== undefined) throw new UserError(mistake);
  warnOfReach(settings, url, run);
}

/** Printed here, not by a reporter: the command line may replace reporters. */
function warnOfReach(settings: Settings, serviceUrl: string, { shard, workers, startsServiceOn }: Run): void {
  const { schedule, REQUESTS_PER_USER: actions, THINK_TIME_MS, SOURCE_ADDRESSES: sourceAddresses } = settings;
  const [low, high] = THINK_TIME_MS;
  const here = peakUsers(schedule) / shard.of;
  for (const warning of [
    reachWarning(schedule, (actions * (low + high)) / 2),
    portWarning({ sourceAddresses, serviceUrl }, Math.ceil(here)),
    openFilesWarning(Math.ceil(here / workers), openFilesLimit()),
    startsServiceOn === undefined ? undefined : serviceFilesWarning(Math.ceil(here), openFilesLimit()),
    memoryWarning(
      { workers, participants: Math.ceil(here), startsService: startsServiceOn !== undefined },
      memoryLimit(),
    ),
  ])
    if (warning !== undefined) console.warn(warning);
}

/** Without a page, a set BROWSER_USERS ends the run, and the default only causes a warning. */
async function refuseOrWarnOfBrowsers(
  { BROWSER_USERS, CHROMIUM_PATH }: Settings,
  page: boolean | undefined,
  url: string,
): Promise<void> {
  const missing = withoutPage(BROWSER_USERS, page, url);
  if (missing === undefined) {
    if (BROWSER_USERS > 0) await startsOnce(CHROMIUM_PATH);
  } else if (isGiven('BROWSER_USERS'))
    throw new UserError(`${missing} Set BROWSER_USERS=0 to run without them.`);
  else console.warn(`${missing} The run continues without them.`);
}

async function startsOnce(chromiumPath: string | undefined): Promise<void> {
  const browser = await CrowdBrowser.launch({ chromiumPath });
  await browser.close();
}
