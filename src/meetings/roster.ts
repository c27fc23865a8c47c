import type { Answer } from './answer.ts';
import type { Contract, RosterSource } from './contract/contract.ts';
import { rosterIn } from './contract/operation.ts';
import type { Participant } from './meeting.ts';
import type { Offers } from './offers.ts';

/** The state of a meeting from an answer. */
export interface Reported {
  readonly status: string;
  /** Undefined if the answer does not report them, which is not an empty roster. */
  readonly participants?: readonly Participant[];
}

/** The state of the meeting from a successful answer to the operation; undefined without one. */
export function reportedIn(contract: Contract, name: string, { values }: Answer): Reported | undefined {
  const reads = contract.operations.get(name)?.reads;
  if (!reads || !values) return undefined;
  const participants = rosterIn(reads, values);
  const state = reads.state?.(values);
  const status = typeof state === 'string' ? state : 'unknown';
  return { status, ...(participants ? { participants } : {}) };
}

/** Whether only participants get the roster, in calls that are limited to a few per user. */
export function isForParticipants({ roster }: Pick<Offers, 'roster'>): boolean {
  return roster !== undefined && roster !== null && roster !== 'meeting.get';
}

/** The operation that reads the roster; undefined if no operation reports a meeting. */
export function rosterSource(
  contract: Contract,
  { roster }: Pick<Offers, 'roster'>,
): RosterSource | undefined {
  return roster ?? (contract.operations.has('meeting.get') ? 'meeting.get' : undefined);
}

const MOST_NAMES = 5;

/** For the owners of an attached service: the users left in its database. Empty if none are left. */
export function leftBehindTexts(userIds: readonly string[] = []): string[] {
  if (userIds.length === 0) return [];
  const more = userIds.length > MOST_NAMES ? ` and ${userIds.length - MOST_NAMES} more` : '';
  return [`left behind in the service: ${userIds.slice(0, MOST_NAMES).join(', ')}${more}`];
}
