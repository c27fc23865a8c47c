import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { Access } from '../../../src/meetings/access.ts';
import type { Contract } from '../../../src/meetings/contract/contract.ts';
import { contractOf } from '../../../src/meetings/contract/load.ts';
import { openIdentities } from '../../../src/meetings/identities/identities.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';

type Environment = Readonly<Record<string, string>>;

/** The contract of a file, with its users. */
export function accessByFile(path: string, environment: Environment): Promise<Access> {
  const folder = dirname(path);
  return accessBy(contractOf(readFileSync(path, 'utf8'), path, environment, folder), folder, environment);
}

/** The same for a contract in the text of a test. */
export function accessByText(text: string, environment: Environment): Promise<Access> {
  return accessBy(contractOf(text, 'the contract of a test', environment), '.', environment);
}

async function accessBy(contract: Contract, folder: string, environment: Environment): Promise<Access> {
  const { identity, send, service } = contract;
  const identities = await openIdentities({
    identity,
    send,
    part: { index: 0, of: 1 },
    environment,
    commandEnvironment: {},
    folder,
    clock: systemClock,
    openContext: (address) =>
      openRequestContext('wire', { baseURL: address ?? service.url!, timeoutMs: 5000 }),
  });
  return { contract, identities };
}
