import type { NetworkAdvice, Participant } from '../meeting.ts';
import type { Expression, Template, Values } from './expressions.ts';

/** At most this many calls per user in a window of this many seconds. */
export interface Allowance {
  readonly calls: number;
  readonly seconds: number;
}

/** One operation of a service, compiled from its contract. */
export interface Operation {
  readonly name: string;
  readonly over: 'http' | 'socket' | 'disconnect';
  /** Operations that share an allowance have the same object. */
  readonly allowance?: Allowance;
  /** The room event that the operation causes. */
  readonly causes?: string;
  /** Whether an answer is a success; undefined where each 2xx, or each reply, is one. */
  readonly ok?: Expression<boolean>;
  /** Whether each call has a text of its own, by which its event is known. */
  readonly isUnique: boolean;
  /** Conduct alone asks it. */
  readonly only?: 'conduct';
  readonly reads: Reads;
}

export interface HttpOperation extends Operation {
  readonly over: 'http';
  readonly method: string;
  /** As in the contract, with its base: for people. */
  readonly path: string;
  /** Path and query of one call. */
  address(values: Values): string;
  readonly headers?: (values: Values) => Record<string, string>;
  /** The body, as a value that becomes JSON. */
  readonly body?: Template;
}

/** How a message is answered. */
export type Reply =
  | { readonly kind: 'none' | 'ack' }
  | { readonly kind: 'event'; readonly on: string; readonly when?: Expression<boolean> };

export interface SocketOperation extends Operation {
  readonly over: 'socket';
  readonly emit: string;
  /** The values of the message. */
  readonly args: (values: Values) => readonly unknown[];
  readonly reply: Reply;
  readonly refusal?: { readonly on: string; readonly when?: Expression<boolean> };
}

export interface Disconnect extends Operation {
  readonly over: 'disconnect';
}

export type AnyOperation = HttpOperation | SocketOperation | Disconnect;

/** Where an answer says what it is about. */
export interface Reads {
  readonly meeting?: Expression;
  readonly user?: Expression;
  readonly state?: Expression;
  readonly roster?: RosterReads;
  readonly meetings?: { readonly list: Expression; readonly id: Expression; readonly title?: Expression };
  readonly advice?: { readonly [Name in keyof NetworkAdvice]?: Expression };
}

export interface RosterReads {
  readonly list: Expression;
  readonly user: Expression;
  readonly role?: Expression;
  readonly hand?: Expression;
}

/** One kind of room event. */
export interface EventDefinition {
  readonly name: string;
  /** Its name on the socket. */
  readonly on: string;
  readonly when?: Expression<boolean>;
  readonly meeting?: Expression;
  readonly user?: Expression;
  readonly match?: Expression;
  readonly time?: Expression;
  readonly role?: Expression;
  readonly hand?: Expression;
}

/** An id as texts have it: services write numbers, too. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** The participants that an answer reports; undefined where it does not report them, which is not an empty roster. */
export function rosterIn({ roster }: Reads, values: Values): Participant[] | undefined {
  if (!roster) return undefined;
  const list = roster.list(values);
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((item: unknown) => {
    const entry = { ...values, item };
    const userId = idOf(roster.user(entry));
    if (userId === undefined) return [];
    const [role, hand] = [roster.role?.(entry), handIn(roster.hand?.(entry))];
    return [
      {
        userId,
        ...(typeof role === 'string' ? { role } : {}),
        ...(hand === undefined ? {} : { handRaised: hand }),
      },
    ];
  });
}

/** Deployed services write booleans as numbers. Undefined where the hand is not reported. */
export function handIn(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 1 || value === 0 ? value === 1 : undefined;
}

const WITHOUT_MEETING = 'answered without the id of the meeting';

/** What is wrong with the meeting that an answer is about; undefined when it is the one that was asked for. */
function aboutMeeting(id: unknown, meetingId: string): string | undefined {
  const said = idOf(id);
  if (said === meetingId) return undefined;
  return said === undefined ? WITHOUT_MEETING : 'answered about another meeting';
}

function aboutUser(id: unknown, userId: string): string | undefined {
  const said = idOf(id);
  if (said === userId) return undefined;
  return said === undefined ? 'answered without the participant' : 'answered about another person';
}

/**
 * What is wrong with the data of a successful answer; undefined when it is about this meeting and this user. Without a
 * meeting that was asked for, the answer has to name one.
 */
export function wrongIn(
  { reads }: Operation,
  values: Values,
  meetingId: string,
  userId: string,
): string | undefined {
  if (reads.meeting) {
    const id = reads.meeting(values);
    const wrong =
      meetingId === '' ? (idOf(id) === undefined ? WITHOUT_MEETING : undefined) : aboutMeeting(id, meetingId);
    if (wrong !== undefined) return wrong;
  }
  if (reads.user) {
    const wrong = aboutUser(reads.user(values), userId);
    if (wrong !== undefined) return wrong;
  }
  if (reads.meetings && !Array.isArray(reads.meetings.list(values))) return 'answered without a list';
  return undefined;
}
