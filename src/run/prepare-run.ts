import { verifiedServiceKeys } from '../browser/service-keys.ts';
import {
  adopt,
  beginRun,
  choosesPhase,
  commandLine,
  currentRun,
  handOnAuthorities,
  handOnSecret,
  loadSettings,
  type Run,
  serviceFoundAt,
} from '../config/environment.ts';
import { addressesOf, type Settings } from '../config/read-settings.ts';
import { peakUsers } from '../crowd/schedules/index.ts';
import { UserError } from '../kernel/errors.ts';
import { trustServiceKeys } from '../kernel/trust.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { referenceContract } from '../meetings/contract/load.ts';
import { probe, waitForService } from '../meetings/probe.ts';
import { contractOf } from './access.ts';
import { writeRunFile } from './run-folder.ts';
import { newRunId } from './run-id.ts';
import { workersFor } from './shares.ts';

/** An attached service may just be starting; longer than this nobody waits for a sentence. */
const PATIENCE_MS = 5000;

export interface Prepared {
  readonly settings: Settings;
  readonly contract: Contract;
  readonly run: Run;
}

/**
 * What the configuration file needs: settings that are right, and a run with its service decided. In a worker it only
 * reads what the main process decided. A mistake of the user ends the process with its sentence, before a browser,
 * a service or a worker is started.
 */
export async function prepareRun(): Promise<Prepared> {
  try {
    const given = loadSettings();
    const contract = await contractOf(given);
    if (currentRun() === undefined) adopt(settingsOf(contract, given));
    const settings = loadSettings();
    const run = currentRun() ?? (await begin(settings, contract));
    trustServiceKeys(run.serviceKeys ?? []);
    return { settings, contract, run };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** What a contract says where nobody has set it. */
function settingsOf(
  { service, socket, journey, source }: Contract,
  given: Settings,
): Parameters<typeof adopt>[0] {
  return {
    ...addressesOf({ url: service.url, socketUrl: socket?.url }, source, given),
    ...(journey.actions === undefined ? {} : { REQUESTS_PER_USER: String(journey.actions) }),
    ...(journey.think === undefined ? {} : { THINK_TIME_MS: journey.think.join('..') }),
  };
}

async function begin(settings: Settings, contract: Contract): Promise<Run> {
  const { workers, shard } = commandLine();
  const id = newRunId();
  const service = await findService(settings, contract);
  const { MEETINGS_SERVICE_URL, WEBSOCKET_URL } = settings;
  const urls = [MEETINGS_SERVICE_URL, WEBSOCKET_URL].filter((url) => url !== undefined);
  const serviceKeys = await verifiedServiceKeys(urls);
  const run: Run = {
    id,
    workers: workersFor(peakUsers(settings.schedule), { workers, shard }),
    shard,
    // Decided here: a worker's command line says nothing of it.
    ...(shard.of > 1 && !choosesPhase() ? { loadsAlone: true } : {}),
    ...service,
    ...(serviceKeys.length > 0 ? { serviceKeys } : {}),
  };
  beginRun(run);
  handOnSecret(settings);
  await handOnAuthorities(settings, (pem) => writeRunFile(id, 'authorities.pem', pem));
  return run;
}

/** Which service the run loads: the one that is named, one that runs on the port already, or one of its own. */
export async function findService(
  { MEETINGS_SERVICE_URL, SERVICE_PORT, CONTRACT }: Settings,
  contract = referenceContract(),
): Promise<Pick<Run, 'startsServiceOn' | 'defects'>> {
  if (MEETINGS_SERVICE_URL !== undefined) {
    return seededInto(await waitForService(MEETINGS_SERVICE_URL, PATIENCE_MS, contract));
  }
  if (CONTRACT !== undefined)
    throw new UserError(
      `The contract "${CONTRACT}" is for a service of yours, and nothing says where it is. Set MEETINGS_SERVICE_URL, or \`service.url\` in the contract.`,
    );
  const url = `http://127.0.0.1:${SERVICE_PORT}`;
  const found = await probe(url);
  switch (found.kind) {
    case 'nothing':
      return { startsServiceOn: SERVICE_PORT };
    case 'meetings service':
      // Another run's own service ends with that run: this one starts its own beside it.
      if (found.owner !== undefined) return { startsServiceOn: 0 };
      serviceFoundAt(url);
      return seededInto(found);
    case 'sick':
      throw new UserError(
        `The meetings service on port ${SERVICE_PORT} is not well (/health answers ${found.status}). Restart it, or set SERVICE_PORT to a free port.`,
      );
    case 'something else':
      throw new UserError(
        `Port ${SERVICE_PORT} is taken by something that is no meetings service: its /health gives "${found.answer}". Stop it, set SERVICE_PORT to a free port, or name your service in MEETINGS_SERVICE_URL.`,
      );
  }
}

function seededInto({ defects }: { readonly defects?: string }): Pick<Run, 'defects'> {
  return defects === undefined ? {} : { defects };
}
