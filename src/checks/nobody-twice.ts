import { type Check, finding } from './check.ts';

/** In no state that the service ever told does a user stand twice. */
export const nobodyTwice: Check = (entries) => {
  const evidence: string[] = [];
  let states = 0;
  for (const entry of entries) {
    if (entry.type !== 'state' || entry.source === 'view') continue;
    states += 1;
    const seen = new Set<string>();
    for (const { userId } of entry.state.roster) {
      if (seen.has(userId))
        evidence.push(`${userId} stands in the roster more than once (${entry.source}, entry ${entry.n})`);
      seen.add(userId);
    }
  }
  return finding('nobody is in the roster twice', { count: states, at: 'rosters', one: 'roster' }, evidence);
};
