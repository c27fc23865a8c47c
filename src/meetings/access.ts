import type { Contract } from './contract/contract.ts';
import type { Identities } from './identities/identities.ts';

/** How clients use a service, and its users. */
export interface Access {
  readonly contract: Contract;
  readonly identities: Identities;
}
