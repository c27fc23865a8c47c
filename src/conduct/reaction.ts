import type { Values } from '../meetings/contract/expressions.ts';
import { idOf, type Operation } from '../meetings/contract/operation.ts';
import type { Sample } from './answered.ts';
import { record } from './record.ts';

/** What a service did with one call or message, whichever way it went. */
export interface Reaction {
  readonly sample: Sample;
  /** A success, as the contract says it; a service that said nothing accepted nothing. */
  readonly isAccepted: boolean;
  /** The service said no. Neither accepted nor refused: it failed, or said nothing. */
  readonly isRefused: boolean;
  /** What the expressions of the operation read. */
  readonly values: Values;
  readonly operation: Operation | undefined;
  /** The content of the answer. */
  readonly content: unknown;
}

/** The id of the meeting that an answer is about. */
export function meetingIn({ operation, values }: Reaction): string | undefined {
  return idOf(operation?.reads.meeting?.(values));
}

/** The id of the user that an answer is about. */
export function userIn({ operation, values }: Reaction): string | undefined {
  return idOf(operation?.reads.user?.(values));
}

/** The user of each row in an answer, without those who have left; undefined where the answer has no roster. */
export function rowsIn({ operation, values }: Reaction): string[] | undefined {
  const roster = operation?.reads.roster;
  const list = roster?.list(values);
  if (!roster || !Array.isArray(list)) return undefined;
  return list.flatMap((item: unknown) => {
    if (record(item)?.leftAt) return [];
    return idOf(roster.user({ ...values, item })) ?? [];
  });
}

/** How many meetings an answer lists. */
export function meetingsIn({ operation, values }: Reaction): number {
  const list = operation?.reads.meetings?.list(values);
  return Array.isArray(list) ? list.length : 0;
}
