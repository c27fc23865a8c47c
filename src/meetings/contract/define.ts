import type { WrittenContract } from './schema.ts';

/** The argument of functions in a contract: the variables of their place in it. JSON may be any value. */
// biome-ignore lint/suspicious/noExplicitAny: a service decides what is in its answers
export type Values = Readonly<Record<string, any>>;

/** A contract in TypeScript, for services whose answers need code: an expression may be a function of its variables. */
export function defineContract(contract: WrittenContract): WrittenContract {
  return contract;
}
