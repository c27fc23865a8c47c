import { defineCheck, finding } from './check.ts';
import type { Piece } from './evidence.ts';

/** How an event changes the user's seat or hand. The two are independent, but leaving also takes the hand down. */
const changes: Readonly<Record<string, readonly [what: 'seat' | 'hand', is: boolean]>> = {
  'participant-joined': ['seat', true],
  'participant-left': ['seat', false],
  'hand-raised': ['hand', true],
  'hand-lowered': ['hand', false],
};

/**
 * A call that is repeated because its answer was lost changes nothing again: between two raised hands of a user, the
 * room receives a lowered hand, and between two joins, a leave. An observer without a connection may have missed it.
 */
export const changesAlternate = defineCheck('a repeated call changes nothing again', (entries) => {
  const known = new Map<string, Map<string, boolean>>();
  const evidence: Piece[] = [];
  let count = 0;
  for (const entry of entries) {
    if (entry.type === 'socket' && entry.change === 'disconnected') known.delete(entry.who);
    const change = entry.type === 'received' ? changes[entry.event] : undefined;
    if (entry.type !== 'received' || !change) continue;
    const [what, is] = change;
    const seen = known.get(entry.who) ?? new Map<string, boolean>();
    known.set(entry.who, seen);
    const key = `${what} of ${entry.about}`;
    count += 1;
    if (seen.get(key) === is)
      evidence.push({
        kind: `times ${entry.event} arrived twice, with no opposite event between`,
        message: `${entry.who} received ${entry.event} of ${entry.about} twice, with no opposite event between`,
      });
    seen.set(key, is);
    if (what === 'seat') seen.delete(`hand of ${entry.about}`);
  }
  return finding({ count, one: 'change' }, evidence);
});
