import type { Contract } from '../meetings/contract/contract.ts';
import { isAction, standardNames, whenTraced, whenUnanswered } from '../timings/catalogue.ts';

/** How a user is called into being; recorded where that fails. */
export const LOGIN = 'session.login';

/**
 * All names under which a crowd may record something with this service: the operations of its contract, the steps that
 * every client takes, and what is observed without a call.
 */
export function recordedOperations({
  operations,
  socket,
}: Pick<Contract, 'operations' | 'socket'>): string[] {
  const observed = standardNames.filter((name) => !isAction(name));
  return [
    ...operations.keys(),
    ...(socket === undefined ? [] : ['socket.connect']),
    LOGIN,
    ...observed,
    ...observed.filter((name) => name.startsWith('page.')).map(whenTraced),
    ...[...operations.keys()].map(whenUnanswered),
  ];
}
