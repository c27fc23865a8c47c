import { wordHint } from '../kernel/nearest-word.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import type { Target } from '../targets/target.ts';
import { recordedOperations } from './recorded-operations.ts';

/**
 * A sentence for each target whose operation no crowd records with this service: it would be missed at the end of the run,
 * because nothing was measured.
 */
export function unknownOperations(targets: readonly Target[], contract: Contract): string[] {
  const known = recordedOperations(contract);
  // Most people mean an operation, and not one of the kinds that it is counted under beside.
  const shown = known.filter((name) => !/^(sent|traced)\./.test(name));
  return targets
    .filter(
      ({ operation, ifMeasured }) => operation !== undefined && !ifMeasured && !known.includes(operation),
    )
    .map(
      ({ text, operation = '' }) =>
        `TARGETS: target "${text}": there is no operation "${operation}" in the contract "${contract.source}". ${wordHint(operation, shown)}`,
    );
}
