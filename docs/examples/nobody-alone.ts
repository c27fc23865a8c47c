import { defineCheck, finding, type Piece } from 'fullhouse';

/** No roster that the service returned holds a single user. */
export const nobodyAlone = defineCheck('no user is alone in a roster', (entries) => {
  const evidence: Piece[] = [];
  let count = 0;
  for (const entry of entries) {
    if (entry.type !== 'state' || entry.state.roster === undefined) continue;
    count += 1;
    const [first, ...others] = entry.state.roster;
    if (first !== undefined && others.length === 0)
      evidence.push({
        kind: 'users are alone in a roster',
        subject: first.userId,
        message: `${first.userId} is alone in the roster (entry ${entry.n})`,
      });
  }
  return finding({ count, one: 'roster', many: 'rosters' }, evidence);
});
