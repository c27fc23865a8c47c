import type { Answer } from './answer.ts';
import type { Contract, RosterSource } from './contract/contract.ts';
import { rosterIn } from './contract/operation.ts';
import type { Participant } from './meeting.ts';
import type { Offers } from './offers.ts';

/** What an answer says of a meeting. */
export interface Reported {
  readonly status: string;
  /** Undefined where the answer does not report them, which is not an empty roster. */
  readonly participants?: readonly Participant[];
}

/** What a successful answer to the operation says of the meeting; undefined where there was none. */
export function reportedIn(contract: Contract, name: string, { values }: Answer): Reported | undefined {
  const reads = contract.operations.get(name)?.reads;
  if (!reads || !values) return undefined;
  const participants = rosterIn(reads, values);
  const state = reads.state?.(values);
  const status = typeof state === 'string' ? state : 'unknown';
  return { status, ...(participants ? { participants } : {}) };
}

/** Whether only participants get the roster, in answers of which each user gets few. */
export function isForParticipants({ roster }: Pick<Offers, 'roster'>): boolean {
  return roster !== undefined && roster !== null && roster !== 'meeting.get';
}

/** The operation whose answer is asked for the roster; undefined where nothing tells of a meeting. */
export function rosterSource(
  contract: Contract,
  { roster }: Pick<Offers, 'roster'>,
): RosterSource | undefined {
  return roster ?? (contract.operations.has('meeting.get') ? 'meeting.get' : undefined);
}

const MOST_NAMES = 5;

/** For the owners of an attached service: what is left in its database. Empty where nothing is. */
export function leftBehindTexts(userIds: readonly string[] = []): string[] {
  if (userIds.length === 0) return [];
  const more = userIds.length > MOST_NAMES ? ` and ${userIds.length - MOST_NAMES} more` : '';
  return [`left behind in the service: ${userIds.slice(0, MOST_NAMES).join(', ')}${more}`];
}
