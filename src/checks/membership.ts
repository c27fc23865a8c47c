import type { Entry, MeetingState } from './ledger.ts';

/** What the history says of one user's membership: certain, or open because an answer got lost. */
export type Membership = 'in' | 'out' | 'open';

/** A user who vanished without leaving: the experiment says so with this mark. */
export const VANISHED = 'vanished';

/** What makes somebody a participant, or proves that they are one. */
const ENTERING = new Set(['create', 'join', 'reconnect']);

/**
 * Who must be in the meeting, who must not, and who may be either, at the end of the history. A call without a certain
 * answer leaves both possible until a later one is answered. Who vanished is out: the service has to notice by itself.
 */
export function memberships(entries: readonly Entry[]): Map<string, Membership> {
  const found = new Map<string, Membership>();
  for (const entry of entries) {
    const { who } = entry;
    if (entry.type === 'mark' && entry.name === VANISHED) found.set(String(entry.value), 'out');
    if (entry.type === 'ok' && ENTERING.has(entry.op)) found.set(who, 'in');
    if (entry.type === 'ok' && entry.op === 'leave') found.set(who, 'out');
    if (entry.type === 'info' && entry.op === 'join' && found.get(who) !== 'in') found.set(who, 'open');
    if (entry.type === 'info' && entry.op === 'leave' && found.get(who) !== 'out') found.set(who, 'open');
  }
  return found;
}

/** The last state of the meeting that the service itself reported. */
export function lastServiceState(entries: readonly Entry[]): MeetingState | undefined {
  const last = entries.findLast((entry) => entry.type === 'state' && entry.source === 'service');
  return last?.type === 'state' ? last.state : undefined;
}

/** The same, where the service was asked and reported no roster with it. */
export function withoutRoster(state: MeetingState | undefined): boolean {
  return state !== undefined && state.roster === undefined;
}

export const NO_ROSTER = 'the service returns no roster';
export const NO_HAND = 'the service does not report raised hands';
