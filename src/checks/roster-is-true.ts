import { defineCheck, finding, notApplicable } from './check.ts';
import type { Piece } from './evidence.ts';
import { lastServiceState, memberships, NO_ROSTER, withoutRoster } from './membership.ts';

/** The roster names all participants who are there, and no others: no participant is lost, and there is no ghost. */
export const rosterIsTrue = defineCheck('the roster is true', (entries) => {
  const state = lastServiceState(entries);
  if (withoutRoster(state)) return notApplicable(NO_ROSTER);
  const expected = memberships(entries);
  const roster = new Set(state?.roster?.map(({ userId }) => userId));
  const evidence: Piece[] = [];
  for (const [userId, membership] of expected) {
    if (membership === 'in' && !roster.has(userId))
      evidence.push({
        kind: 'participants are missing from the roster',
        subject: userId,
        message: `${userId} is in the meeting, but not in its roster`,
      });
    if (membership === 'out' && roster.has(userId))
      evidence.push({
        kind: 'participants are gone, but still in the roster: ghosts',
        subject: userId,
        message: `${userId} is gone, but still in the roster: a ghost`,
      });
  }
  for (const userId of roster) {
    if (!expected.has(userId))
      evidence.push({
        kind: 'users are in the roster, but never joined',
        subject: userId,
        message: `${userId} is in the roster, but never joined`,
      });
  }
  return finding({ count: state ? expected.size : 0, one: 'participant', onceEach: true }, evidence);
});
