import type { WrittenContract } from './schema.ts';

/** What functions of a contract get: the variables of the place in which they stand. JSON may be anything. */
// biome-ignore lint/suspicious/noExplicitAny: a service decides what is in its answers
export type Values = Readonly<Record<string, any>>;

/** A contract in TypeScript, for services whose answers need code: an expression may be a function of its variables. */
export function defineContract(contract: WrittenContract): WrittenContract {
  return contract;
}
