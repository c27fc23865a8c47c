import { UserError } from '../kernel/errors.ts';
import type { Contract } from '../meetings/contract/contract.ts';

let contract: Contract | undefined;

/** Saves the contract for the test files that this process loads afterwards. */
export function setContract(ofRun: Contract): void {
  contract = ofRun;
}

/** The contract of the run, if the configuration file has prepared one. */
export function knownContract(): Contract | undefined {
  return contract;
}

/**
 * The contract of the run. Test files define their tests without waiting, because Playwright may load them as CommonJS.
 * @throws {UserError} without a prepared run
 */
export function runContract(): Contract {
  if (contract === undefined)
    throw new UserError('The run was not prepared. Start it with the configuration file of the project.');
  return contract;
}
