import { type Check, finding } from './check.ts';
import type { MeetingState } from './ledger.ts';
import { lastServiceState } from './membership.ts';

/** The last view of every participant equals the service's last state, field by field. */
export const viewsAgree: Check = (entries) => {
  const state = lastServiceState(entries);
  const views = new Map<string, MeetingState>();
  for (const entry of entries)
    if (entry.type === 'state' && entry.source === 'view') views.set(entry.who, entry.state);
  const evidence = state ? [...views].flatMap(([who, view]) => differences(who, view, state)) : [];
  return finding(
    'every view equals the service’s state',
    { count: state ? views.size : 0, at: 'views', one: 'view' },
    evidence,
  );
};

export function differences(who: string, seen: MeetingState, state: MeetingState): string[] {
  const found: string[] = [];
  if (seen.status !== state.status)
    found.push(`${who}: status ${seen.status}, the service says ${state.status}`);
  const real = new Map(state.roster.map((participant) => [participant.userId, participant]));
  const mine = new Map(seen.roster.map((participant) => [participant.userId, participant]));
  for (const [userId, participant] of real) {
    const known = mine.get(userId);
    if (!known) found.push(`${who} does not see ${userId}`);
    else if (known.handRaised !== participant.handRaised) {
      found.push(`${who} sees the hand of ${userId} ${known.handRaised ? 'up' : 'down'}, it is not`);
    } else if (
      known.role !== undefined &&
      participant.role !== undefined &&
      known.role !== participant.role
    ) {
      found.push(`${who} sees ${userId} as ${known.role}, the service as ${participant.role}`);
    }
  }
  for (const userId of mine.keys())
    if (!real.has(userId)) found.push(`${who} sees ${userId}, who is not there`);
  return found;
}
