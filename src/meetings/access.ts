import type { Contract } from './contract/contract.ts';
import type { Identities } from './identities/identities.ts';

/** How a service is spoken to, and by whom. */
export interface Access {
  readonly contract: Contract;
  readonly identities: Identities;
}
