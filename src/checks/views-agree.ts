import { defineCheck, finding, notApplicable } from './check.ts';
import type { Piece } from './evidence.ts';
import type { MeetingState } from './ledger.ts';
import { lastServiceState, NO_ROSTER, withoutRoster } from './membership.ts';

/** The last view of every participant equals the service's last state, field by field. */
export const viewsAgree = defineCheck(
  'every view equals the service’s state',
  (entries) => {
    const state = lastServiceState(entries);
    if (withoutRoster(state)) return notApplicable(NO_ROSTER);
    const views = new Map<string, MeetingState>();
    for (const entry of entries)
      if (entry.type === 'state' && entry.source === 'view') views.set(entry.who, entry.state);
    const evidence = state ? [...views].flatMap(([who, view]) => differences(who, view, state)) : [];
    return finding({ count: state ? views.size : 0, one: 'view' }, evidence);
  },
  { about: 'time' },
);

/** The differences between two states; parts that one of them does not report are not compared. */
export function differences(who: string, seen: MeetingState, state: MeetingState): Piece[] {
  const found: Piece[] = [];
  if (seen.status !== state.status)
    found.push({
      kind: `views have the status ${seen.status}, the service has ${state.status}`,
      subject: who,
      message: `${who}: status ${seen.status}, the service has ${state.status}`,
    });
  if (!seen.roster || !state.roster) return found;
  const real = new Map(state.roster.map((participant) => [participant.userId, participant]));
  const mine = new Map(seen.roster.map((participant) => [participant.userId, participant]));
  for (const [userId, participant] of real) {
    const known = mine.get(userId);
    if (!known)
      found.push({
        kind: 'times a view lacks a participant who is there',
        message: `${who} does not see ${userId}`,
      });
    else if (differ(known.handRaised, participant.handRaised)) {
      found.push({
        kind: 'times a view shows the wrong hand',
        message: `${who} sees the hand of ${userId} ${known.handRaised ? 'up, but it is down' : 'down, but it is up'}`,
      });
    } else if (differ(known.role, participant.role)) {
      found.push({
        kind: 'times a view shows the wrong role',
        message: `${who} sees ${userId} as ${known.role}, the service as ${participant.role}`,
      });
    }
  }
  for (const userId of mine.keys())
    if (!real.has(userId))
      found.push({
        kind: 'times a view shows a user who is not there',
        message: `${who} sees ${userId}, who is not there`,
      });
  return found;
}

function differ<Value>(one: Value | undefined, other: Value | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}
