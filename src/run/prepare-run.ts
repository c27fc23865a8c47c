import { getHeapStatistics } from 'node:v8';
import { verifiedServiceKeys } from '../browser/service-keys.ts';
import { isListing, parallelism, readCommandLine } from '../config/command-line.ts';
import {
  adopt,
  beginRun,
  currentRun,
  handOnAuthorities,
  handOnSecret,
  loadSettings,
  loads,
  type Run,
  serviceFoundAt,
  unusedNames,
} from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { tooLittleMemory } from '../crowd/reach.ts';
import { peakUsers } from '../crowd/schedules/index.ts';
import { unknownOperations } from '../crowd/unknown-operations.ts';
import { refuseJourney } from '../journeys/load-journey.ts';
import { enterCheckout, refuseFolder } from '../kernel/checkout.ts';
import { messagesOf, UserError } from '../kernel/errors.ts';
import { dieFirst, memoryLimit } from '../kernel/out-of-memory.ts';
import { outliveOutput } from '../kernel/process-io.ts';
import { readText } from '../kernel/text-file.ts';
import { trustServiceKeys } from '../kernel/trust.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { referenceContract } from '../meetings/contract/load.ts';
import { probe, waitForService } from '../meetings/probe.ts';
import { contractOf } from './access.ts';
import { askedPhases, filesOfPhase } from './asked-phases.ts';
import { settingsOf } from './contract-settings.ts';
import { listTests } from './list-tests.ts';
import { setContract } from './load-test-settings.ts';
import { temporaryOutputFolder } from './output-folder.ts';
import {
  refuseForSeveral,
  refuseOptions,
  refuseRelativePaths,
  refuseShardsOfSeveral,
} from './refused-options.ts';
import { newRunId, writeRunFile } from './run-folder.ts';
import { endOnSignals, leaveSignalsToOwner } from './signals.ts';
import { workersFor } from './slices.ts';
import { unpaidHooks } from './unpaid-hooks.ts';

/** An attached service may just be starting; after this time the run reports an error. */
const PATIENCE_MS = 5000;

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
}

/**
 * Prepares a run for the configuration file: valid settings, and a run with its service. In a worker it only
 * reads the decisions of the main process. A mistake of the user ends the process with its message, before a browser,
 * a service or a worker is started.
 */
export async function prepareRun(mistakesOf: MistakesOf): Promise<Prepared> {
  try {
    refuseFolder();
    refuseRelativePaths(readCommandLine());
    enterCheckout();
    const given = loadSettings();
    const contract = await contractOf(given);
    setContract(contract);
    if (currentRun() === undefined) adopt(settingsOf(contract, given));
    const settings = loadSettings();
    if (currentRun() === undefined) {
      // A service that is still stopped ends the run below.
      for (const warning of [...unusedNames(textOf(settings)), ...(await unpaidHooks())])
        console.error(warning);
      const mistakes = [...wrongForARun(settings, contract), ...mistakesOf({ settings, contract })];
      if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
    }
    const run = await runOf(settings, contract);
    trustServiceKeys(run.serviceKeys ?? []);
    return { settings, contract, run };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** The contract file, which may read any variable; empty without one. It was read before, so it is readable. */
function textOf({ CONTRACT }: Pick<Settings, 'CONTRACT'>): string {
  return CONTRACT === undefined ? '' : readText(CONTRACT);
}

/** The run of this process: the main process starts the run and decides when it ends. */
async function runOf(settings: Settings, contract: Contract): Promise<Run> {
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
  const run = await begin(settings, contract);
  endOnSignals({
    now: () => performance.now(),
    first: ENDING,
    second: `The run ended at once. Make reports from its partial results with: npm run report -- ${run.id}`,
  });
  return run;
}

/** Mistakes that only the settings and the contract together, or the time of the start, can show. */
function wrongForARun(settings: Settings, contract: Contract): string[] {
  const { targets, START_AT, JOURNEY } = settings;
  return [
    ...unknownOperations(targets, contract),
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

async function begin(settings: Settings, contract: Contract): Promise<Run> {
  const line = readCommandLine();
  refuseOptions(line);
  const { workers: allowed, shard } = parallelism(line);
  const id = newRunId();
  const workers = workersFor(peakUsers(settings.schedule), { workers: allowed, shard });
  const part = { id, workers, shard };
  const phases = await askedPhases(line, () => listTests(line, { ...part, phases: [] }));
  refuseForSeveral(line, phases);
  if (loads({ phases })) refuseShardsOfSeveral(line, filesOfPhase('load', line.files));
  // A list of tests, also in an editor, needs no service and writes nothing.
  if (isListing(line)) {
    const listed = { ...part, phases };
    beginRun(listed);
    return listed;
  }
  const service = await findService(settings, contract);
  const { MEETINGS_SERVICE_URL, WEBSOCKET_URL } = settings;
  const urls = [MEETINGS_SERVICE_URL, WEBSOCKET_URL].filter((url) => url !== undefined);
  const serviceKeys = await verifiedServiceKeys(urls);
  const temporaryOutput = await temporaryOutputFolder(id);
  const run: Run = { ...part, phases, temporaryOutput, ...service, serviceKeys };
  beginRun(run);
  handOnSecret(settings);
  await handOnAuthorities(settings, (pem) => writeRunFile(id, 'authorities.pem', pem));
  return run;
}

/** The service that the run loads: the named one, one that already runs on the port, or a new reference service. */
export async function findService(
  { MEETINGS_SERVICE_URL, SERVICE_PORT, CONTRACT }: Settings,
  contract = referenceContract(),
): Promise<Pick<Run, 'startsServiceOn' | 'defects'>> {
  if (MEETINGS_SERVICE_URL !== undefined) {
    const { defects } = await waitForService(MEETINGS_SERVICE_URL, PATIENCE_MS, contract);
    return { defects };
  }
  if (CONTRACT !== undefined)
    throw new UserError(
      `The contract "${CONTRACT}" describes your own service, but its address is not set. Set MEETINGS_SERVICE_URL, or \`service.url\` in the contract.`,
    );
  const url = `http://127.0.0.1:${SERVICE_PORT}`;
  const found = await probe(url);
  switch (found.kind) {
    case 'nothing':
      return { startsServiceOn: SERVICE_PORT };
    case 'meetings service':
      // The service of another run ends with that run, so this run starts its own.
      if (found.owner !== undefined) return { startsServiceOn: 0 };
      serviceFoundAt(url);
      return { defects: found.defects };
    case 'unhealthy':
      throw new UserError(
        `The meetings service on port ${SERVICE_PORT} is unhealthy (GET /health returned ${found.status}). Restart it, or set SERVICE_PORT to a free port.`,
      );
    case 'something else':
      throw new UserError(
        `Port ${SERVICE_PORT} is used by a program that is not a meetings service: GET /health returned "${found.answer}". Stop it, set SERVICE_PORT to a free port, or name your service in MEETINGS_SERVICE_URL.`,
      );
  }
}
