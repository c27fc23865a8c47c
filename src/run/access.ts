import { dirname } from 'node:path';
import {
  contractEnvironment,
  currentRun,
  environmentOfHooks,
  loadSettings,
  processPart,
} from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { refusedHost } from '../config/read-settings.ts';
import { systemClock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { Access } from '../meetings/access.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { loadContract, referenceContract } from '../meetings/contract/load.ts';
import { openIdentities } from '../meetings/identities/identities.ts';
import { openRequestContext } from '../request-context/open.ts';

/** The contract that the settings name; without one, that of the reference service. */
export function contractOf(settings: Pick<Settings, 'CONTRACT' | 'JWT_SECRET'>): Promise<Contract> {
  const { CONTRACT } = settings;
  if (CONTRACT === undefined) return Promise.resolve(referenceContract());
  return loadContract(CONTRACT, contractEnvironment(settings));
}

let current: Promise<Access> | undefined;

/** The access of this process to the service, with its users; opened once per process. */
export function currentAccess(): Promise<Access> {
  current ??= openAccess(
    loadSettings(),
    processPart(currentRun() ?? { workers: 0, shard: { index: 1, of: 1 } }),
  );
  return current;
}

/** @throws {UserError} if the contract or its identities cannot be used */
export async function openAccess(
  settings: Settings,
  part: { readonly index: number; readonly of: number } = { index: 0, of: 1 },
): Promise<Access> {
  const contract = await contractOf(settings);
  const identities = await openIdentities({
    identity: contract.identity,
    send: contract.send,
    part,
    environment: contractEnvironment(settings),
    commandEnvironment: environmentOfHooks(),
    folder: dirname(settings.CONTRACT ?? '.'),
    clock: systemClock,
    openContext: (address) => {
      const refusal = refusedHost('identity.login', address, settings);
      if (refusal !== undefined) throw new UserError(refusal);
      return openRequestContext('wire', {
        baseURL: address ?? settings.MEETINGS_SERVICE_URL!,
        timeoutMs: settings.REQUEST_TIMEOUT_MS,
      });
    },
    onRenewalFailure: once((error) =>
      console.error(`A user keeps its old token: ${withoutSecrets((error as Error).message)}`),
    ),
  });
  return { contract, identities };
}

/** Calls `say` for the first failure only, because each of many users may have one. */
function once(say: (error: unknown) => void): (error: unknown) => void {
  let isSaid = false;
  return (error) => {
    if (!isSaid) say(error);
    isSaid = true;
  };
}
