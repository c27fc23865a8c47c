import type { Expression, Template, Values } from '../expressions.ts';
import type { NetworkAdvice, Participant } from '../meeting.ts';

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
  readonly causes?: string;
  /** Whether an answer is a success; undefined if each 2xx, or each reply, is a success. */
  readonly ok?: Expression<boolean>;
  /** Whether each call has a unique text that identifies its event. */
  readonly isUnique: boolean;
  /** Only conduct calls it. */
  readonly only?: 'conduct';
  readonly reads: Reads;
}

export interface HttpOperation extends Operation {
  readonly over: 'http';
  readonly method: string;
  /** As in the contract, with its base: for messages. */
  readonly path: string;
  address(values: Values): string;
  readonly headers?: (values: Values) => Record<string, string>;
  /** The body, as a value that becomes JSON. */
  readonly body?: Template;
}

export type Reply =
  | { readonly kind: 'none' | 'ack' }
  | { readonly kind: 'event'; readonly on: string; readonly when?: Expression<boolean> };

export interface SocketOperation extends Operation {
  readonly over: 'socket';
  readonly emit: string;
  readonly args: (values: Values) => readonly unknown[];
  readonly reply: Reply;
  readonly refusal?: { readonly on: string; readonly when?: Expression<boolean> };
}

export interface Disconnect extends Operation {
  readonly over: 'disconnect';
}

export type AnyOperation = HttpOperation | SocketOperation | Disconnect;

/** The ids in an answer: its meeting and its user. */
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

export interface EventDefinition {
  readonly name: string;
  /** The name on the socket. */
  readonly on: string;
  readonly when?: Expression<boolean>;
  readonly meeting?: Expression;
  readonly user?: Expression;
  readonly match?: Expression;
  readonly time?: Expression;
  readonly role?: Expression;
  readonly hand?: Expression;
}

/** An id as text: some services send numbers. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** The participants that an answer reports; undefined if it does not report them, which is not an empty roster. */
export function rosterIn({ roster }: Reads, values: Values): Participant[] | undefined {
  if (!roster) return undefined;
  const list = roster.list(values);
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((item: unknown) => {
    const entry = { ...values, item };
    const userId = idOf(roster.user(entry));
    if (userId === undefined) return [];
    const role = roster.role?.(entry);
    const handRaised = handIn(roster.hand?.(entry));
    return [{ userId, role: typeof role === 'string' ? role : undefined, handRaised }];
  });
}

/** Deployed services write booleans as numbers. Undefined if the hand is not reported. */
export function handIn(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 1 || value === 0 ? value === 1 : undefined;
}

/** The subject of an answer if it is not the requested one. */
export interface Mismatch {
  /** The key of the operation that reads the subject. */
  readonly key: 'meeting' | 'user' | 'meetings';
  readonly message: string;
}

/**
 * What is wrong with the data of a successful answer; undefined when it is about this meeting and this user. If
 * the request has no meeting, the answer must name one.
 */
export function mismatchIn(
  { reads }: Operation,
  values: Values,
  meetingId: string,
  userId: string,
): Mismatch | undefined {
  if (reads.meeting) {
    const id = idOf(reads.meeting(values));
    if (id === undefined) return { key: 'meeting', message: 'answered without the id of the meeting' };
    if (meetingId !== '' && id !== meetingId)
      return { key: 'meeting', message: 'answered about another meeting' };
  }
  if (reads.user) {
    const id = idOf(reads.user(values));
    if (id === undefined) return { key: 'user', message: 'answered without the participant' };
    if (id !== userId) return { key: 'user', message: 'answered about another person' };
  }
  if (reads.meetings && !Array.isArray(reads.meetings.list(values)))
    return { key: 'meetings', message: 'answered without a list' };
  return undefined;
}
