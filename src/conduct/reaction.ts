import { idOf, type Operation } from '../meetings/contract/operation.ts';
import type { Values } from '../meetings/expressions.ts';
import type { Sample } from './answered.ts';

/** The reaction of a service to a call or message. */
export interface Reaction {
  readonly sample: Sample;
  /** Whether the answer is a success by the contract. False without an answer. */
  readonly isAccepted: boolean;
  /** Whether the service refused. Neither accepted nor refused: the service failed or did not answer. */
  readonly isRefused: boolean;
  /** The values for the expressions of the operation. */
  readonly values: Values;
  readonly operation: Operation | undefined;
  /** The content of the answer. */
  readonly content: unknown;
}

/** The id of the meeting in an answer. */
export function meetingIn({ operation, values }: Reaction): string | undefined {
  return idOf(operation?.reads.meeting?.(values));
}

/** The id of the user in an answer. */
export function userIn({ operation, values }: Reaction): string | undefined {
  return idOf(operation?.reads.user?.(values));
}

/** The user of each row in an answer, without users who have left; undefined if the answer has no roster. */
export function rowsIn({ operation, values }: Reaction): string[] | undefined {
  const roster = operation?.reads.roster;
  const list = roster?.list(values);
  if (!roster || !Array.isArray(list)) return undefined;
  return list.flatMap((item: unknown) => {
    if (record(item)?.leftAt) return [];
    return idOf(roster.user({ ...values, item })) ?? [];
  });
}

/** The value if it is an object with keys; otherwise undefined. */
export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** All objects in a value, the outer ones first. */
export function* recordsIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  const found = record(value);
  if (found) yield found;
  for (const inner of Array.isArray(value) ? value : Object.values(found ?? {})) yield* recordsIn(inner);
}
