import { defineCheck, finding, notApplicable } from './check.ts';
import type { Piece } from './evidence.ts';
import { NO_ROSTER } from './membership.ts';

/** No state that the service reported contains a user twice. */
export const noUserTwice = defineCheck('no user is in the roster twice', (entries) => {
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
          kind: 'times a user is in a roster more than once',
          message: `${userId} is in the roster more than once (${entry.source}, entry ${entry.n})`,
        });
      seen.add(userId);
    }
  }
  if (states === 0 && withoutRoster > 0) return notApplicable(NO_ROSTER);
  return finding({ count: states, one: 'roster' }, evidence);
});
