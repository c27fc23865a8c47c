import type { Entry, MeetingState } from './ledger.ts';

/** One user's membership by the history; `open` after a lost answer. */
export type Membership = 'in' | 'out' | 'open';

/** The mark with which an experiment records a user who vanished without leaving. */
export const VANISHED = 'vanished';

/** The operations that make a user a participant, or prove that the user is one. */
const ENTERING = new Set(['meeting.create', 'meeting.join', 'meeting.reconnect']);

/**
 * Who must be in the meeting, who must not, and who may be either, at the end of the history. A call without a certain
 * answer leaves both possible until a later one is answered. A vanished user is out: the service must notice this
 * without a call.
 */
export function memberships(entries: readonly Entry[]): Map<string, Membership> {
  const found = new Map<string, Membership>();
  for (const entry of entries) {
    const { who } = entry;
    if (entry.type === 'mark' && entry.name === VANISHED) found.set(String(entry.value), 'out');
    if (entry.type === 'ok' && ENTERING.has(entry.op)) found.set(who, 'in');
    if (entry.type === 'ok' && entry.op === 'meeting.leave') found.set(who, 'out');
    if (entry.type === 'info' && entry.op === 'meeting.join' && found.get(who) !== 'in')
      found.set(who, 'open');
    if (entry.type === 'info' && entry.op === 'meeting.leave' && found.get(who) !== 'out')
      found.set(who, 'open');
  }
  return found;
}

/** The last state of the meeting that the service itself reported. */
export function lastServiceState(entries: readonly Entry[]): MeetingState | undefined {
  const last = entries.findLast((entry) => entry.type === 'state' && entry.source === 'service');
  return last?.type === 'state' ? last.state : undefined;
}

/** Whether the service was asked and reported no roster. */
export function withoutRoster(state: MeetingState | undefined): boolean {
  return state !== undefined && state.roster === undefined;
}

export const NO_ROSTER = 'the service returns no roster';
export const NO_HAND = 'the service does not report raised hands';
