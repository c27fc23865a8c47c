import { tmpdir } from 'node:os';
import { PacketCapture } from '../capture/packet-capture.ts';
import { isListing, printForUser } from '../config/command-line.ts';
import {
  announceCoordinator,
  announcePrivateFolder,
  crowdPhaseOf,
  currentRun,
  loadSettings,
  type Run,
} from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { Coordinator } from '../crowd/coordinator/coordinator.ts';
import { closeMeetings, type Meetings } from '../crowd/open-meetings.ts';
import { UserError } from '../kernel/errors.ts';
import { onlyFileFailure } from '../kernel/file-failure.ts';
import { openOwnedFolder, removeOrphanedFolders } from '../kernel/owned-folder.ts';
import type { Access } from '../meetings/access.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { detectOffers } from '../meetings/detect-offers.ts';
import type { Offers } from '../meetings/offers.ts';
import { readMetrics, waitForService } from '../meetings/probe.ts';
import { leftBehindTexts } from '../meetings/roster.ts';
import { abortOnFail } from './abort-on-fail.ts';
import { currentAccess } from './access.ts';
import { checkLoad } from './load-checks.ts';
import { crowdSettings } from './load-test-settings.ts';
import { keepOffers, offersBlock } from './offers.ts';
import { isSearch, leastOf } from './search-settings.ts';
import { runBegins } from './signals.ts';
import { sliceNumbers } from './slices.ts';
import { roundsOf } from './soak-division.ts';

const PATIENCE_MS = 5000;
/** The number of leftovers of killed runs from which on a line is printed. */
const MANY_LEFTOVERS = 10;
/** Often enough for a curve, rarely enough to add no load. */
const SCRAPE_EVERY_MS = 2000;

/** The coordinator of the run in this process, for the reporter; undefined in workers and when only listing tests. */
let current: Coordinator | undefined;

export function runningCoordinator(): Coordinator | undefined {
  return current;
}

/**
 * Playwright's global set-up: checks that the service runs and accepts tokens, and starts the coordinator for the
 * slices.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const run = currentRun();
  if (run === undefined)
    throw new UserError('The run was not prepared. Start it with the configuration file of the project.');
  if (isListing())
    throw new UserError(
      'An editor can list these tests, but not run them: a run needs its own process. Start it with `npx playwright test`.',
    );
  runBegins();
  const settings = loadSettings();
  const service = await findOffers(settings, run);
  const { url, offers, access } = service;
  const { accounts } = access.identities;
  const isLoaded = crowdPhaseOf(run) !== undefined;
  if (isLoaded) await checkLoad(settingsOfCrowd(settings, run), run, { url, offers, accounts });
  const capture = isLoaded ? await captureOf(settings.PACKET_CAPTURE, url, access.contract) : undefined;
  const coordinator = await startCoordinator(settings, run, { ...service, capture });
  current = coordinator;
  announceCoordinator(coordinator.address);
  await removeLeftovers();
  const folder = await openOwnedFolder('private');
  announcePrivateFolder(folder.path);
  const targetsOf = (crowd: string) => crowdSettings(coordinator, crowd).targets;
  if (settings.ABORT_ON_FAIL !== null && !isSearch(run))
    abortOnFail(coordinator, targetsOf, settings.ABORT_ON_FAIL);
  const interrupted = () => coordinator.stop('interrupted', { isInterrupted: true });
  process.on('SIGINT', interrupted);
  return async () => {
    process.off('SIGINT', interrupted);
    await closeAllMeetings(coordinator, run, service);
    await access.identities.close();
    await coordinator.close();
    await capture?.end();
    // The workers have ended by now.
    await folder.remove();
  };
}

/** The settings of the crowd that the service and this machine must carry. */
function settingsOfCrowd(settings: Settings, run: Run): Settings {
  if (isSearch(run)) return leastOf(settings);
  if (crowdPhaseOf(run) === 'soak') return roundsOf('soak').settings;
  return settings;
}

interface Service {
  readonly url: string;
  readonly socketUrl: string;
  readonly access: Access;
  readonly offers: Offers;
}

/** Waits for the service of the run, then prints and saves its offers. */
async function findOffers(settings: Settings, run: Run): Promise<Service> {
  const url = settings.MEETINGS_SERVICE_URL;
  if (url === undefined) throw new UserError('The reference service did not report its address.');
  const access = await currentAccess();
  await waitForService(url, PATIENCE_MS, access.contract);
  const socketUrl = settings.WEBSOCKET_URL ?? url;
  const offers = await detectOffers({
    url,
    socketUrl,
    runId: run.id,
    access,
    timeoutMs: settings.REQUEST_TIMEOUT_MS,
  });
  // The file is needed only at the end, when the reporter tries again.
  await keepOffers(run.id, offers).catch(onlyFileFailure);
  printForUser(`Run      ${run.id}\nService  ${url}\n${offersBlock(offers)}\n`);
  return { url, socketUrl, access, offers };
}

function startCoordinator(
  { START_AT }: Settings,
  run: Run,
  { url, access, capture }: Service & { readonly capture: PacketCapture | undefined },
): Promise<Coordinator> {
  const { metrics } = access.contract;
  return Coordinator.start({
    expected: sliceNumbers(run),
    // A worker takes most of a second to start, and they start one after the other on a busy machine.
    barrierTimeoutMs: 20_000 + 2000 * run.workers,
    notBefore: START_AT,
    scrapeMetrics: () => readMetrics(url, metrics.path),
    routeMetrics: metrics,
    scrapeEveryMs: SCRAPE_EVERY_MS,
    ...(capture ? { endCapture: () => capture.end() } : {}),
  });
}

/** Ends the meetings of all crowds, and prints which users the service still has in one. */
async function closeAllMeetings(
  coordinator: Coordinator,
  { id: runId }: Run,
  { url: serviceUrl, socketUrl, access, offers }: Service,
): Promise<void> {
  const host = { runId, serviceUrl, socketUrl, access, requestTimeoutMs: 2000 };
  for (const { name: crowd } of coordinator.crowds) {
    const meetings = coordinator.shared(crowd, 'meetings') as Meetings | undefined;
    const left = meetings && (await closeMeetings({ ...host, crowd }, meetings, offers));
    for (const line of leftBehindTexts(left)) console.error(line);
  }
}

/** Removes the leftovers of killed runs, and prints their number only if it is large. */
async function removeLeftovers(): Promise<void> {
  const removed = await removeOrphanedFolders(tmpdir(), (path, { code, message }) =>
    console.warn(`${path} of a killed run could not be removed (${code ?? message}). Remove it.`),
  );
  if (removed.length >= MANY_LEFTOVERS)
    console.log(`${removed.length} temporary folders of killed runs have been removed.`);
}

function captureOf(oneOf: number, url: string, { operations }: Contract): Promise<PacketCapture> | undefined {
  if (oneOf === 0) return undefined;
  const overHttp = [...operations].filter(([, { over }]) => over === 'http').map(([name]) => name);
  return PacketCapture.start({ url, oneOf, operations: overHttp });
}
