import { defineCheck, finding } from './check.ts';
import type { Piece } from './evidence.ts';
import type { Entry } from './ledger.ts';
import { VANISHED } from './membership.ts';

/** How long each vanished participant stayed a ghost, in ms, until the first observer received the event; null when none did. */
export function ghostLifetimes(entries: readonly Entry[]): { userId: string; ms: number | null }[] {
  return entries.flatMap((entry) => {
    if (entry.type !== 'mark' || entry.name !== VANISHED) return [];
    const userId = String(entry.value);
    const left = entries.find(
      (other) =>
        other.n > entry.n &&
        other.type === 'received' &&
        other.event === 'participant-left' &&
        other.about === userId,
    );
    return [{ userId, ms: left ? left.at - entry.at : null }];
  });
}

/** A participant who vanishes without leaving is removed within the bound, and the room receives the event. */
export const ghostsAreRemoved = defineCheck(
  'vanished participants are removed in time',
  (entries, { withinMs }: { withinMs: number }) => {
    const lifetimes = ghostLifetimes(entries);
    const evidence: Piece[] = [];
    for (const { userId, ms } of lifetimes) {
      if (ms === null)
        evidence.push({
          kind: 'participants vanished, but no event reported it',
          subject: userId,
          message: `${userId} vanished, but no event reported it`,
        });
      else if (ms > withinMs)
        evidence.push({
          kind: `participants were ghosts for longer than ${withinMs} ms`,
          subject: `${userId} (${Math.round(ms)} ms)`,
          message: `${userId} was a ghost for ${Math.round(ms)} ms, the limit is ${withinMs} ms`,
        });
    }
    return finding({ count: lifetimes.length, one: 'vanished participant', onceEach: true }, evidence);
  },
  { about: 'time' },
);
