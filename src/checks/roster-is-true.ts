import { type Check, finding } from './check.ts';
import { lastServiceState, memberships } from './membership.ts';

/** The roster names everybody who is there, and nobody who is not: no participant lost, no ghost. */
export const rosterIsTrue: Check = (entries) => {
  const state = lastServiceState(entries);
  const expected = memberships(entries);
  const roster = new Set(state?.roster.map(({ userId }) => userId));
  const evidence: string[] = [];
  for (const [userId, membership] of expected) {
    if (membership === 'in' && !roster.has(userId))
      evidence.push(`${userId} is in the meeting, and not in its roster`);
    if (membership === 'out' && roster.has(userId))
      evidence.push(`${userId} is gone, and still in the roster: a ghost`);
  }
  for (const userId of roster) {
    if (!expected.has(userId)) evidence.push(`${userId} is in the roster, and never joined`);
  }
  return finding(
    'the roster is true',
    { count: state ? expected.size : 0, at: 'participants', one: 'participant' },
    evidence,
  );
};
