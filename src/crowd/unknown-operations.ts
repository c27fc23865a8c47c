import { nearestWord, wordHint } from '../kernel/errors.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import type { Target } from '../targets/target.ts';
import { isAction, standardNames, whenTraced, whenUnanswered } from '../timings/catalogue.ts';
import { isReading, pageMetrics } from '../timings/page-metrics.ts';
import { LOGIN } from './open-identity.ts';

/**
 * A sentence for each target whose operation no crowd records with this service: the target would be missed at the end,
 * because there would be no data.
 * @param placeOf where a target is written, for the beginning of its sentence
 */
export function unknownOperations(
  targets: readonly Target[],
  contract: Contract,
  placeOf: (text: string) => string = () => 'TARGETS',
): string[] {
  const known = recordedOperations(contract);
  // Suggest only operations, not the derived names that count them a second time.
  const shown = known.filter((name) => !/^(sent|traced)\./.test(name));
  return targets
    .filter(
      ({ operation, ifMeasured }) => operation !== undefined && !ifMeasured && !known.includes(operation),
    )
    .map(
      ({ text, operation = '' }) =>
        `${placeOf(text)}: target "${text}": the contract "${contract.source}" has no operation "${operation}". ${hint(operation, shown)}`,
    );
}

/** A target over all actions is written without an operation, or with one of these words. */
const ALL = ['latency', 'all'];

function hint(operation: string, known: readonly string[]): string {
  return nearestWord(operation, ALL) === undefined
    ? wordHint(operation, known)
    : wordHint(operation, [...ALL, ...known]);
}

/**
 * All names under which a crowd may record something with this service: the operations of its contract, the steps that
 * every client takes, and the observations without a call.
 */
function recordedOperations({ operations, socket }: Pick<Contract, 'operations' | 'socket'>): string[] {
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
