import { tmpdir } from 'node:os';
import { CrowdBrowser } from '../browser/crowd-browser.ts';
import { PacketCapture } from '../capture/packet-capture.ts';
import { isListing, tellPeople } from '../config/command-line.ts';
import {
  announceCoordinator,
  announcePrivateFolder,
  currentRun,
  isGiven,
  loadSettings,
  loads,
  type Run,
} from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { Coordinator } from '../crowd/coordinator/coordinator.ts';
import { INTERRUPTED } from '../crowd/coordinator/messages.ts';
import { openFilesLimit } from '../crowd/generator-watch.ts';
import { closeMeetings, type Meetings } from '../crowd/open-meetings.ts';
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
import { onlyFileFailure } from '../kernel/file-failure.ts';
import { memoryLimit } from '../kernel/out-of-memory.ts';
import { openOwnedFolder, removeOrphanedFolders } from '../kernel/owned-folder.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { detectOffers } from '../meetings/offers.ts';
import { readMetrics, waitForService } from '../meetings/probe.ts';
import { leftBehindTexts } from '../meetings/roster.ts';
import { abortOnFail } from './abort-on-fail.ts';
import { currentAccess } from './access.ts';
import { keepOffers, offersBlock } from './offers.ts';
import { shareNumbers } from './shares.ts';
import { runBegins } from './signals.ts';

const PATIENCE_MS = 5000;
/** As many killed runs are worth a line. */
const MANY_LEFTOVERS = 10;
/** Often enough for a curve, seldom enough not to be a load of its own. */
const SCRAPE_EVERY_MS = 2000;

/** The coordinator of the run in this process, for the reporter; undefined in workers and when only listing tests. */
let current: Coordinator | undefined;

export function runningCoordinator(): Coordinator | undefined {
  return current;
}

/** Playwright's global set-up: the service is there and accepts tokens, and the shares have a place to meet. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const run = currentRun();
  if (run === undefined) throw new UserError('A run has to be prepared by the configuration file first.');
  if (isListing())
    throw new UserError(
      'An editor can list these tests, but not run them: a run is a process of its own. Start it with `npx playwright test`.',
    );
  runBegins();
  const settings = loadSettings();
  const url = settings.MEETINGS_SERVICE_URL;
  if (url === undefined) throw new UserError('The reference service did not say where it listens.');
  const access = await currentAccess();
  const { contract } = access;
  await waitForService(url, PATIENCE_MS, contract);
  const socketUrl = settings.WEBSOCKET_URL ?? url;
  const offers = await detectOffers({ url, socketUrl, runId: run.id, access });
  // Nothing needs the file before the end, when the reporter tries once more.
  await keepOffers(run.id, offers).catch(onlyFileFailure);
  tellPeople(`Run      ${run.id}\nService  ${url}\n${offersBlock(offers)}\n`);
  if (loads(run) && offers.wrongSocketAddress !== undefined) throw new UserError(offers.wrongSocketAddress);
  // Before any worker starts: one sentence instead of one from each share.
  if (loads(run)) await refuseOrWarnOfBrowsers(settings, offers.page, url);

  if (loads(run)) {
    const participants = peakUsers(settings.schedule) + (offers.page === false ? 0 : settings.BROWSER_USERS);
    const refusal = tooFewAccounts(access.identities.accounts, participants, run);
    if (refusal !== undefined) throw new UserError(refusal);
    const mistake = wrongFamily({ sourceAddresses: settings.SOURCE_ADDRESSES, serviceUrl: url });
    if (mistake !== undefined) throw new UserError(mistake);
    warnOfReach(settings, url, run);
  }

  const capture = loads(run) ? await captureOf(settings.PACKET_CAPTURE, url, contract) : undefined;
  const coordinator = await Coordinator.start({
    expected: shareNumbers(run),
    // A worker takes most of a second to start, and they start one after the other on a busy machine.
    barrierTimeoutMs: 20_000 + 2000 * run.workers,
    notBefore: settings.START_AT,
    scrapeMetrics: () => readMetrics(url, contract.metrics.path),
    routeMetrics: contract.metrics,
    scrapeEveryMs: SCRAPE_EVERY_MS,
    ...(capture ? { endCapture: () => capture.end() } : {}),
  });
  current = coordinator;
  announceCoordinator(coordinator.address);
  await removeLeftovers();
  const folder = await openOwnedFolder('private');
  announcePrivateFolder(folder.path);
  if (settings.ABORT_ON_FAIL !== null) abortOnFail(coordinator, settings.targets, settings.ABORT_ON_FAIL);
  const interrupted = () => coordinator.stop(INTERRUPTED);
  process.on('SIGINT', interrupted);
  return async () => {
    process.off('SIGINT', interrupted);
    const host = {
      ...run,
      runId: run.id,
      serviceUrl: url,
      socketUrl,
      access,
      requestTimeoutMs: 2000,
    };
    for (const { name: crowd } of coordinator.crowds) {
      const meetings = coordinator.shared(crowd, 'meetings') as Meetings | undefined;
      const left = meetings && (await closeMeetings({ ...host, crowd }, meetings, offers));
      for (const line of leftBehindTexts(left)) console.error(line);
    }
    await access.identities.close();
    await coordinator.close();
    await capture?.end();
    // The workers have ended by now, in whichever way.
    await folder.remove();
  };
}

/** Of runs that were killed. Says nothing in the usual case: nothing or little was left. */
async function removeLeftovers(): Promise<void> {
  const removed = await removeOrphanedFolders(tmpdir(), (path, { code, message }) =>
    console.warn(`${path}, of a run that was killed, could not be removed (${code ?? message}). Remove it.`),
  );
  if (removed.length >= MANY_LEFTOVERS)
    console.log(`${removed.length} temporary folders of runs that were killed have been removed.`);
}

/** Said here, and not by a reporter: the command line may replace those. */
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

function captureOf(oneOf: number, url: string, { operations }: Contract): Promise<PacketCapture> | undefined {
  if (oneOf === 0) return undefined;
  const overHttp = [...operations].filter(([, { over }]) => over === 'http').map(([name]) => name);
  return PacketCapture.start({ url, oneOf, operations: overHttp });
}

/** A setting that cannot be met ends the run; a default that cannot be met is left out with a sentence. */
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
  else console.warn(`${missing} The run goes on without them.`);
}

async function startsOnce(chromiumPath: string | undefined): Promise<void> {
  const browser = await CrowdBrowser.launch({ chromiumPath });
  await browser.close();
}
