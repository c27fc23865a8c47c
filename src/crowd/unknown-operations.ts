import { wordHint } from '../kernel/errors.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import type { Target } from '../targets/target.ts';
import { recordedOperations } from './recorded-operations.ts';

/**
 * A sentence for each target whose operation no crowd records with this service: the target would be missed at the end,
 * because there would be no data.
 */
export function unknownOperations(targets: readonly Target[], contract: Contract): string[] {
  const known = recordedOperations(contract);
  // Most users mean an operation, not one of the kinds that also count it.
  const shown = known.filter((name) => !/^(sent|traced)\./.test(name));
  return targets
    .filter(
      ({ operation, ifMeasured }) => operation !== undefined && !ifMeasured && !known.includes(operation),
    )
    .map(
      ({ text, operation = '' }) =>
        `TARGETS: target "${text}": the contract "${contract.source}" has no operation "${operation}". ${wordHint(operation, shown)}`,
    );
}
