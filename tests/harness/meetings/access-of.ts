import { systemClock } from '../../../src/kernel/clock.ts';
import type { Access } from '../../../src/meetings/access.ts';
import type { Contract } from '../../../src/meetings/contract/contract.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { openIdentities } from '../../../src/meetings/identities/identities.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { SECRET } from '../service/tokens.ts';

/** The access to a service of these tests, for users whose tokens are signed with the secret. */
export async function accessOf(secret = SECRET, contract: Contract = referenceContract()): Promise<Access> {
  const identities = await openIdentities({
    identity: contract.identity,
    send: contract.send,
    environment: { JWT_SECRET: secret },
    commandEnvironment: {},
    part: { index: 0, of: 1 },
    folder: '.',
    clock: systemClock,
    // A login in these tests always names its address.
    openContext: (address) => openRequestContext('wire', { baseURL: address!, timeoutMs: 10_000 }),
  });
  return { contract, identities };
}
