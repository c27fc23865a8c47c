import { contract } from './contract.ts';
import { commandOf } from './dispatch.ts';

/** `npx fullhouse`. */
export const main = commandOf('npx fullhouse', 'Load, chaos and benchmarks for meetings services.', [
  { name: 'contract', summary: 'write and check the contract file of a service', main: contract },
]);
