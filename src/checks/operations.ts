import type { Entry } from './ledger.ts';

/** One operation of a participant, with all calls that it needed. */
export interface Undertaking {
  readonly who: string;
  readonly op: string;
  readonly calls: number;
  /** ms of the ledger. */
  readonly begunAt: number;
  /** How the last call ended; `pending` when no answer was noted. */
  readonly outcome: string;
  /** From the first call to the end of the last one, in ms. */
  readonly tookMs: number;
}

/** A window of the history, from the last mark of one name to the next one of another. */
export type MarkedWindow = readonly [from: string, to: string];

/** The entries between two marks: none without the first mark, all later ones without the second mark. */
export function within(entries: readonly Entry[], [from, to]: MarkedWindow): readonly Entry[] {
  const begin = entries.findLastIndex((entry) => entry.type === 'mark' && entry.name === from);
  if (begin < 0) return [];
  const end = entries.findIndex(
    (entry, index) => index > begin && entry.type === 'mark' && entry.name === to,
  );
  return entries.slice(begin, end < 0 ? entries.length : end);
}

interface Open {
  who: string;
  op: string;
  calls: number;
  begunAt: number;
  outcome: string;
  endedAt: number;
}

/**
 * The operations that these participants began in these entries. Calls of one kind by one participant belong together
 * until one of them is answered: a participant without an answer calls again.
 */
export function undertakings(entries: readonly Entry[], who: readonly string[]): Undertaking[] {
  const participants = new Set(who);
  const open = new Map<string, Open>();
  const found: Open[] = [];
  for (const entry of entries) {
    if (!('op' in entry) || !participants.has(entry.who)) continue;
    const key = `${entry.who} ${entry.op}`;
    let one = open.get(key);
    if (entry.type === 'invoke') {
      if (!one) {
        one = { who: entry.who, op: entry.op, calls: 0, begunAt: entry.at, outcome: '', endedAt: entry.at };
        open.set(key, one);
        found.push(one);
      }
      one.calls += 1;
      one.outcome = 'pending';
    } else if (one) {
      one.outcome = entry.type === 'ok' ? 'ok' : entry.outcome;
      if (entry.type !== 'info') open.delete(key);
    }
    if (one) one.endedAt = entry.at;
  }
  return found.map(({ endedAt, ...one }) => ({ ...one, tookMs: endedAt - one.begunAt }));
}
