import { defineCheck, finding } from './check.ts';
import type { Piece } from './evidence.ts';
import { type MarkedWindow, within } from './operations.ts';

/**
 * At 100% loss, nothing succeeds: no call of these participants is answered, nothing reaches them, and
 * no other participant receives an event about them. A success proves that the loss is not real.
 */
export const nothingSucceeds = defineCheck(
  'nothing succeeds where everything is lost',
  (entries, { who, during }: { who: readonly string[]; during: MarkedWindow }) => {
    const cutOff = new Set(who);
    const evidence: Piece[] = [];
    let calls = 0;
    for (const entry of within(entries, during)) {
      const isTheirs = cutOff.has(entry.who);
      if (isTheirs && entry.type === 'invoke') calls += 1;
      if (isTheirs && (entry.type === 'ok' || entry.type === 'fail'))
        evidence.push({
          kind: `calls (${entry.op}) were answered`,
          subject: entry.who,
          message: `${entry.op} of ${entry.who} was answered`,
        });
      if (entry.type === 'received' && isTheirs)
        evidence.push({
          kind: `times ${entry.event} reached a participant`,
          subject: entry.who,
          message: `${entry.event} reached ${entry.who}`,
        });
      if (entry.type === 'received' && !isTheirs && cutOff.has(entry.about))
        evidence.push({
          kind: `times ${entry.event} reached others`,
          message: `${entry.who} received ${entry.event} of ${entry.about}`,
        });
    }
    return finding({ count: calls, one: 'call' }, evidence);
  },
);
