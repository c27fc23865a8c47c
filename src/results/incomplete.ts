import { type Reason, reasonText } from '../history/reason.ts';
import type { Summary } from './summary/schema.ts';

/** Reasons for which the figures are not those of the whole crowd. */
const INCOMPLETE: readonly Reason['kind'][] = ['slice lost', 'shard missing', 'counts differ'];

export function isIncomplete({ kind }: Reason): boolean {
  return INCOMPLETE.includes(kind);
}

/** A sentence for each part of a crowd that its figures do not contain. */
export function incompleteIn({ slices, reasons }: Summary): string[] {
  const named = reasons.filter(isIncomplete);
  const unfinished = slices.filter(
    ({ state }) => state === 'stopped' || (state === 'lost' && named.length === 0),
  );
  return [
    ...named.map(reasonText),
    ...unfinished.map(({ slice, of, state }) => `slice ${slice} of ${of} was ${state}`),
  ];
}
