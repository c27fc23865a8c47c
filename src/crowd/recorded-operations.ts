import type { Contract } from '../meetings/contract/contract.ts';
import { isAction, standardNames, whenTraced, whenUnanswered } from '../timings/catalogue.ts';
import { isReading, pageMetrics } from '../timings/page-metrics.ts';

/** How a user is created; recorded only if that fails. */
export const LOGIN = 'session.login';

/**
 * All names under which a crowd may record something with this service: the operations of its contract, the steps that
 * every client takes, and the observations without a call.
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
    ...pageMetrics.map(({ name }) => name).filter(isReading),
    ...observed.filter((name) => name.startsWith('page.')).map(whenTraced),
    ...[...operations.keys()].map(whenUnanswered),
  ];
}
