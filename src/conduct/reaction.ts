import { idOf, type Operation } from '../meetings/contract/operation.ts';
import type { Values } from '../meetings/expressions.ts';
import type { Sample } from './answered.ts';

/** What a service did with one call or message, over HTTP or a socket. */
export interface Reaction {
  readonly sample: Sample;
  /** A success, as the contract defines it. Without an answer, nothing is accepted. */
  readonly isAccepted: boolean;
  /** The service refused. Neither accepted nor refused: it failed, or did not answer. */
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

/** A value as an object with keys; undefined for everything else. */
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
