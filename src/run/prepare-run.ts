import { resolve } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { verifiedServiceKeys } from '../browser/service-keys.ts';
import { isLoopback } from '../config/addresses.ts';
import { type CommandLine, isListing, parallelism, readCommandLine } from '../config/command-line.ts';
import {
  adopt,
  beginRun,
  crowdPhaseOf,
  currentRun,
  handOnAuthorities,
  handOnSecret,
  loadSettings,
  type Run,
  unusedNames,
} from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { tooLittleMemory } from '../crowd/reach.ts';
import { peakUsers } from '../crowd/schedules/index.ts';
import { refuseJourney } from '../journeys/load-journey.ts';
import { messagesOf, UserError } from '../kernel/errors.ts';
import { refuseFolder } from '../kernel/folders.ts';
import { requirePackages } from '../kernel/optional-packages.ts';
import { dieFirst, memoryLimit } from '../kernel/out-of-memory.ts';
import { outliveOutput } from '../kernel/process-io.ts';
import { readText } from '../kernel/text-file.ts';
import { trustServiceKeys } from '../kernel/trust.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { replacedProfiles } from '../network/profiles/load.ts';
import { contractOf } from './access.ts';
import { type Askable, askedPhases, filesOfPhase, namedBy } from './asked-phases.ts';
import { settingsOf } from './contract-settings.ts';
import { findService } from './find-service.ts';
import { listTests } from './list-tests.ts';
import { optionalParts } from './optional-parts.ts';
import { temporaryOutputFolder } from './output-folder.ts';
import { type PhaseFolders, phaseFolders } from './phase-folders.ts';
import {
  refuseBesideOthers,
  refuseForSeveral,
  refuseOptions,
  refuseRelativePaths,
  refuseShardsOfSeveral,
} from './refused-options.ts';
import { setContract } from './run-contract.ts';
import { newRunId, writeRunFile } from './run-folder.ts';
import { endOnSignals, leaveSignalsToOwner } from './signals.ts';
import { workersFor } from './slices.ts';
import { unpaidHooks } from './unpaid-hooks.ts';

const ENDING =
  'The run ends: participants leave, then the reports are written.\nPress Ctrl-C again to end it at once.';

/** A scheduler may start a shard slightly late; after this time the other shards have started without it. */
const LATE_START_MS = 60_000;

/** Messages about settings that are invalid for the service of this contract. */
type MistakesOf = (given: Pick<Prepared, 'settings' | 'contract'>) => readonly string[];

export interface Prepared {
  readonly settings: Settings;
  readonly contract: Contract;
  readonly run: Run;
  readonly folders: PhaseFolders;
}

/** What the configuration of a project states about its runs. */
export interface Configured {
  /** The folder of the project, which is entered. */
  readonly folder: string;
  /** The working folder of the process at its start: paths of the command line are relative to it. */
  readonly startedIn: string;
  /** The folder of its specs, relative to the project. */
  readonly testDir: string;
  /** The names of the team's projects that are no phases. */
  readonly ownProjects: readonly string[];
  /** Whether Playwright starts web servers of the team before the tests: one of them may be the service. */
  readonly hasWebServers: boolean;
  readonly mistakesOf: MistakesOf;
}

/**
 * Prepares a run for the configuration file: valid settings, and a run with its service. In a worker it only
 * reads the decisions of the main process. A mistake of the user ends the process with its message, before a browser,
 * a service or a worker is started.
 * @returns undefined if only the team's own projects run: then nothing is prepared
 */
export async function prepareRun(configured: Configured): Promise<Prepared | undefined> {
  try {
    const line = readCommandLine();
    const config = resolve(configured.startedIn, String(line.given.get('config') ?? '.'));
    refuseFolder(configured.folder);
    refuseRelativePaths(line, configured.folder, configured.startedIn);
    const folders = phaseFolders(configured.testDir);
    if (isOwnAlone(line, { folders, ownProjects: configured.ownProjects })) return undefined;
    const given = loadSettings();
    const contract = await contractOf(given);
    setContract(contract);
    if (currentRun() === undefined) adopt(settingsOf(contract, given));
    const settings = loadSettings();
    if (currentRun() === undefined) {
      // A service that is still stopped ends the run below.
      const warnings = [...unusedNames(textOf(settings)), ...replacedProfiles(), ...(await unpaidHooks())];
      for (const warning of warnings) console.error(warning);
      const mistakes = [...wrongForARun(settings), ...configured.mistakesOf({ settings, contract })];
      if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
    }
    const asked: Asked = { ...configured, config, folders };
    const run = await runOf(settings, contract, asked);
    if (run.own === 'alone') return undefined;
    trustServiceKeys(run.serviceKeys ?? []);
    return { settings, contract, run, folders };
  } catch (error) {
    return endWithMessage(error);
  }
}

/** Ends the process with the message of a mistake of the user. */
export function endWithMessage(error: unknown): never {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** What a command line may ask for, the path of the configuration, and what it starts. */
interface Asked extends Askable, Pick<Configured, 'hasWebServers'> {
  readonly config: string;
}

/** Whether the command line names only projects and files of the team. */
function isOwnAlone(line: CommandLine, askable: Askable): boolean {
  const run = currentRun();
  if (run !== undefined) return run.own === 'alone';
  const { phases, own } = namedBy(line, askable);
  if (phases.length > 0 || own.length === 0) return false;
  beginRun(ownRun());
  return true;
}

/** Only the team's own projects run. Workers find this out from the environment. */
function ownRun(): Run {
  return { id: 'own projects', workers: 0, shard: { index: 1, of: 1 }, phases: [], own: 'alone' };
}

/** The contract file, which may read any variable; empty without one. It was read before, so it is readable. */
function textOf({ CONTRACT }: Pick<Settings, 'CONTRACT'>): string {
  return CONTRACT === undefined ? '' : readText(CONTRACT);
}

/** The run of this process: the main process starts the run and decides when it ends. */
async function runOf(settings: Settings, contract: Contract, asked: Asked): Promise<Run> {
  const known = currentRun();
  if (known !== undefined) {
    leaveSignalsToOwner();
    dieFirst();
    return known;
  }
  outliveOutput();
  const tooLittle = tooLittleMemory({
    limitBytes: memoryLimit(),
    heapBytes: getHeapStatistics().heap_size_limit,
  });
  if (tooLittle !== undefined) throw new UserError(tooLittle);
  const run = await begin(settings, contract, asked);
  if (run.own === 'alone') return run;
  endOnSignals({
    now: () => performance.now(),
    first: ENDING,
    second: `The run ended at once. Make reports from its partial results with: npx fullhouse report ${run.id}`,
  });
  return run;
}

/** Mistakes that only the settings together, or the time of the start, can show. */
function wrongForARun(settings: Settings): string[] {
  const { START_AT, JOURNEY } = settings;
  return [
    ...startInThePast(START_AT, Date.now()),
    ...messagesOf(() => refuseJourney(JOURNEY)),
    ...socketWithoutService(settings),
  ];
}

/**
 * A message if calls would go to a reference service and sockets to another service. A contract without the address of
 * its service causes another message.
 */
export function socketWithoutService({
  MEETINGS_SERVICE_URL,
  WEBSOCKET_URL,
  CONTRACT,
}: Pick<Settings, 'MEETINGS_SERVICE_URL' | 'WEBSOCKET_URL' | 'CONTRACT'>): string[] {
  if (WEBSOCKET_URL === undefined || MEETINGS_SERVICE_URL !== undefined || CONTRACT !== undefined) return [];
  return ['WEBSOCKET_URL is set, but MEETINGS_SERVICE_URL is not. Set both, or unset WEBSOCKET_URL.'];
}

/** A message if START_AT passed longer ago than a machine may be late. */
export function startInThePast(startAt: Date | undefined, now: number): string[] {
  if (startAt === undefined || now - startAt.getTime() <= LATE_START_MS) return [];
  return [
    `START_AT: "${startAt.toISOString()}" was ${Math.round((now - startAt.getTime()) / 1000)} s ago, and a machine may be at most ${LATE_START_MS / 1000} s late. Use a future instant, or unset it.`,
  ];
}

async function begin(settings: Settings, contract: Contract, asked: Asked): Promise<Run> {
  const line = readCommandLine();
  const { workers: allowed, shard } = parallelism(line);
  const id = newRunId();
  const workers = workersFor(peakUsers(settings.schedule), { workers: allowed, shard });
  const part = { id, workers, shard };
  const { phases, isBeside } = await askedPhases(line, asked, () =>
    listTests(line, { ...part, phases: [] }, asked.config),
  );
  if (phases.length === 0 && isBeside) {
    const alone = ownRun();
    beginRun(alone);
    return alone;
  }
  refuseOptions(line);
  refuseForSeveral(line, phases);
  refuseBesideOthers(line, phases, isBeside);
  const crowd = crowdPhaseOf({ phases });
  if (crowd !== undefined) refuseShardsOfSeveral(line, filesOfPhase(asked.folders[crowd], line.files));
  // An editor runs single tests: those of the team need no phase, and no service.
  const own = isBeside && !isListing(line) ? { own: 'before' as const } : {};
  // A list of tests, also in an editor, needs no service and writes nothing.
  if (isListing(line)) {
    const listed: Run = { ...part, phases, ...own };
    beginRun(listed);
    return listed;
  }
  const service = isStartedLater(settings, asked) ? {} : await findService(settings, contract);
  requirePackages(optionalParts(settings, service));
  const { MEETINGS_SERVICE_URL, WEBSOCKET_URL } = settings;
  const urls = [MEETINGS_SERVICE_URL, WEBSOCKET_URL].filter((url) => url !== undefined);
  const serviceKeys = await verifiedServiceKeys(urls);
  const temporaryOutput = await temporaryOutputFolder(id);
  const run: Run = { ...part, phases, ...own, temporaryOutput, ...service, serviceKeys };
  beginRun(run);
  handOnSecret(settings);
  await handOnAuthorities(settings, (pem) => writeRunFile(id, 'authorities.pem', pem));
  return run;
}

/** Whether the service may be a web server of the team: Playwright starts it later, and global set-up waits for it. */
function isStartedLater({ MEETINGS_SERVICE_URL: url }: Settings, { hasWebServers }: Asked): boolean {
  return hasWebServers && url !== undefined && isLoopback(new URL(url).hostname);
}
