import { type Check, finding, notApplicable } from './check.ts';
import type { Piece } from './evidence.ts';
import { lastServiceState, memberships, NO_ROSTER, withoutRoster } from './membership.ts';

const TITLE = 'the roster is true';

/** The roster names everybody who is there, and nobody who is not: no participant lost, no ghost. */
export const rosterIsTrue: Check = (entries) => {
  const state = lastServiceState(entries);
  if (withoutRoster(state)) return notApplicable(TITLE, NO_ROSTER);
  const expected = memberships(entries);
  const roster = new Set(state?.roster?.map(({ userId }) => userId));
  const evidence: Piece[] = [];
  for (const [userId, membership] of expected) {
    if (membership === 'in' && !roster.has(userId))
      evidence.push({
        what: 'participants are missing from the roster',
        who: userId,
        says: `${userId} is in the meeting, and not in its roster`,
      });
    if (membership === 'out' && roster.has(userId))
      evidence.push({
        what: 'participants are gone, and still in the roster: ghosts',
        who: userId,
        says: `${userId} is gone, and still in the roster: a ghost`,
      });
  }
  for (const userId of roster) {
    if (!expected.has(userId))
      evidence.push({
        what: 'users are in the roster, and never joined',
        who: userId,
        says: `${userId} is in the roster, and never joined`,
      });
  }
  return finding(
    TITLE,
    { count: state ? expected.size : 0, at: 'participants', one: 'participant', onceEach: true },
    evidence,
  );
};
