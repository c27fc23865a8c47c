import { type Check, finding } from './check.ts';
import type { Piece } from './evidence.ts';
import { type Stretch, within } from './operations.ts';

/**
 * Where everything is lost, nothing succeeds: no call of these participants is answered, nothing reaches them, and
 * nobody hears of them. A success proves that the loss is not real.
 */
export function nothingSucceeds({ who, during }: { who: readonly string[]; during: Stretch }): Check {
  const cutOff = new Set(who);
  return (entries) => {
    const evidence: Piece[] = [];
    let calls = 0;
    for (const entry of within(entries, during)) {
      const isTheirs = cutOff.has(entry.who);
      if (isTheirs && entry.type === 'invoke') calls += 1;
      if (isTheirs && (entry.type === 'ok' || entry.type === 'fail'))
        evidence.push({
          what: `calls (${entry.op}) were answered`,
          who: entry.who,
          says: `${entry.op} of ${entry.who} was answered`,
        });
      if (entry.type === 'saw' && isTheirs)
        evidence.push({
          what: `times ${entry.event} reached a participant`,
          who: entry.who,
          says: `${entry.event} reached ${entry.who}`,
        });
      if (entry.type === 'saw' && !isTheirs && cutOff.has(entry.about))
        evidence.push({
          what: `times ${entry.event} was heard by others`,
          says: `${entry.who} heard ${entry.event} of ${entry.about}`,
        });
    }
    return finding(
      'nothing succeeds where everything is lost',
      { count: calls, at: 'calls', one: 'call' },
      evidence,
    );
  };
}
