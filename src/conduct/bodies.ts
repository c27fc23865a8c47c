import { stepsInto } from '../meetings/contract/contract.ts';
import type { HttpOperation } from '../meetings/contract/operation.ts';
import type { BadRequest } from './bad-request.ts';
import type { Interview } from './interview.ts';
import { NotApplicable } from './no-answer.ts';
import { record } from './reaction.ts';
import type { User } from './users.ts';

/** The keys that lead to a place in a body. */
type Place = readonly string[];

/** One value of a body, with its place. */
export interface Leaf {
  readonly place: Place;
  readonly value: string | number | boolean;
}

/** An operation whose body has values that a question can change, and a user who may perform it. */
export interface Bodied {
  readonly operation: HttpOperation;
  readonly meetingId: string;
  /** The good body of the contract. */
  readonly body: unknown;
  readonly leaves: readonly Leaf[];
  /** Returns the user for the next request. */
  user(): Promise<User>;
}

/**
 * The operations of the contract that send values in a body over HTTP. Opens a meeting if an operation needs one.
 * @throws {NotApplicable}
 */
export async function bodiedOperations(
  interview: Interview,
  choose: (operations: readonly HttpOperation[]) => readonly HttpOperation[] = (all) => all,
): Promise<Bodied[]> {
  const host = await interview.users.open();
  const bodyOf = (operation: HttpOperation, meetingId: string) =>
    operation.body?.(interview.valuesFor(host, operation, { meetingId }));
  const operations = [...interview.contract.operations.values()]
    .filter((one) => one.over === 'http')
    .filter((one) => leavesOf(bodyOf(one, 'conduct')).length > 0);
  if (operations.length === 0) throw new NotApplicable('the contract sends no value in a body over HTTP');
  // The host is alone in the meeting, so a leave ends it and must come last.
  const isLeave = ({ name }: HttpOperation) => Number(name === 'meeting.leave');
  const chosen = choose(operations).toSorted((one, other) => isLeave(one) - isLeave(other));
  const needsMeeting = chosen.some((operation) => !isCreation(interview, operation));
  const meetingId = needsMeeting ? await interview.openMeeting(host) : 'conduct';
  return chosen.map((operation) => {
    const body = bodyOf(operation, meetingId);
    const isForAnybody = isCreation(interview, operation) || operation.name.startsWith('meeting.join');
    const user = () => (isForAnybody ? interview.users.caller(operation.name) : Promise.resolve(host));
    return { operation, meetingId, body, leaves: leavesOf(body), user };
  });
}

/** Whether the operation creates a meeting. */
export function isCreation(interview: Interview, operation: HttpOperation): boolean {
  if (!operation.reads.meeting || stepsInto(interview.contract).some((step) => step === operation.name))
    return false;
  return !interview.isAboutMeeting(operation);
}

/** Another value for one place of a body, with the findings for its answers. `undefined` removes the key. */
export type Change = Pick<BadRequest, 'broken' | 'accepted' | 'remark'> & { readonly value: unknown };

/** A request for each change of each value. */
export async function changedRequests(
  bodied: readonly Bodied[],
  changes: (leaf: Leaf, operation: HttpOperation) => readonly Change[],
): Promise<BadRequest[]> {
  const requests: BadRequest[] = [];
  for (const one of bodied)
    for (const leaf of one.leaves)
      for (const change of changes(leaf, one.operation))
        requests.push(await changed(one, leaf.place, change));
  return requests;
}

/** A request with another value in one place of the body. */
export async function changed(
  { operation, meetingId, body, user }: Bodied,
  place: Place,
  { value, ...judged }: Change,
): Promise<BadRequest> {
  return { operation, meetingId, body: withChange(body, place, value), user: await user(), ...judged };
}

/** All texts, numbers and booleans in a body, except those in lists. */
export function leavesOf(content: unknown, place: Place = []): Leaf[] {
  if (typeof content === 'string' || typeof content === 'number' || typeof content === 'boolean')
    return [{ place, value: content }];
  return Object.entries(record(content) ?? {}).flatMap(([key, value]) => leavesOf(value, [...place, key]));
}

/** The body with another value in this place. `undefined` removes the key. */
export function withChange(content: unknown, [key, ...inner]: Place, value: unknown): unknown {
  if (key === undefined) return value;
  const found = record(content) ?? {};
  return { ...found, [key]: withChange(found[key], inner, value) };
}
