import { type Check, finding } from './check.ts';
import type { Piece } from './evidence.ts';
import type { Entry } from './ledger.ts';
import { VANISHED } from './membership.ts';

/** How long each vanished participant stayed a ghost, in ms, until the first observer was told; null when never. */
export function ghostLifetimes(entries: readonly Entry[]): { userId: string; ms: number | null }[] {
  return entries.flatMap((entry) => {
    if (entry.type !== 'mark' || entry.name !== VANISHED) return [];
    const userId = String(entry.value);
    const told = entries.find(
      (other) =>
        other.n > entry.n &&
        other.type === 'saw' &&
        other.event === 'participant-left' &&
        other.about === userId,
    );
    return [{ userId, ms: told ? told.at - entry.at : null }];
  });
}

/** Who vanishes without leaving is removed, and the room told of it, within the bound. */
export function ghostsAreRemoved(withinMs: number): Check {
  return (entries) => {
    const lifetimes = ghostLifetimes(entries);
    const evidence = lifetimes.flatMap(({ userId, ms }): Piece[] => {
      if (ms === null)
        return [
          {
            what: 'participants vanished, and nobody was told that they left',
            who: userId,
            says: `${userId} vanished, and nobody was told that they left`,
          },
        ];
      return ms > withinMs
        ? [
            {
              what: `participants were ghosts for longer than ${withinMs} ms`,
              who: `${userId} (${Math.round(ms)} ms)`,
              says: `${userId} was a ghost for ${Math.round(ms)} ms, the bound is ${withinMs} ms`,
            },
          ]
        : [];
    });
    return finding(
      'who vanishes is removed in time',
      { count: lifetimes.length, at: 'vanished participants', one: 'vanished participant', onceEach: true },
      evidence,
    );
  };
}
