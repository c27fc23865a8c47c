import { type Check, finding, notApplicable } from './check.ts';
import type { Piece } from './evidence.ts';
import { NO_ROSTER } from './membership.ts';

const TITLE = 'nobody is in the roster twice';

/** In no state that the service ever told does a user stand twice. */
export const nobodyTwice: Check = (entries) => {
  const evidence: Piece[] = [];
  let [states, withoutRoster] = [0, 0];
  for (const entry of entries) {
    if (entry.type !== 'state' || entry.source === 'view') continue;
    if (!entry.state.roster) {
      withoutRoster += 1;
      continue;
    }
    states += 1;
    const seen = new Set<string>();
    for (const { userId } of entry.state.roster) {
      if (seen.has(userId))
        evidence.push({
          what: 'times a user stands in a roster more than once',
          says: `${userId} stands in the roster more than once (${entry.source}, entry ${entry.n})`,
        });
      seen.add(userId);
    }
  }
  if (states === 0 && withoutRoster > 0) return notApplicable(TITLE, NO_ROSTER);
  return finding(TITLE, { count: states, at: 'rosters', one: 'roster' }, evidence);
};
