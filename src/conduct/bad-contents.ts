import { stepsInto } from '../meetings/contract/contract.ts';
import type { HttpOperation } from '../meetings/contract/operation.ts';
import type { BadRequest } from './bad-request.ts';
import { type Leaf, leavesOf, type Place, withChange } from './changes.ts';
import type { Interview } from './interview.ts';
import { NotApplicable } from './question.ts';
import type { User } from './users.ts';

/** An operation whose body has values that can be made wrong, and a user who may ask it. */
export interface Bodied {
  readonly operation: HttpOperation;
  readonly meetingId: string;
  /** As the contract has it. */
  readonly body: unknown;
  readonly leaves: readonly Leaf[];
  /** The user who sends the next request. */
  user(): Promise<User>;
}

/**
 * What the contract can ask over HTTP with values in a body, in a meeting that is opened for it where one is needed.
 * @throws {NotApplicable}
 */
export async function bodiedOperations(
  interview: Interview,
  choose: (operations: readonly HttpOperation[]) => readonly HttpOperation[] = (all) => all,
): Promise<Bodied[]> {
  const host = await interview.newUser();
  const bodyOf = (operation: HttpOperation, meetingId: string) =>
    operation.body?.(interview.valuesFor(host, operation, { meetingId }));
  const operations = [...interview.contract.operations.values()]
    .filter((one) => one.over === 'http')
    .filter((one) => leavesOf(bodyOf(one, 'conduct')).length > 0);
  if (operations.length === 0) throw new NotApplicable('the contract sends no value in a body over HTTP');
  const chosen = choose(operations).toSorted((one, other) => order(one) - order(other));
  const needsMeeting = chosen.some((operation) => !isCreation(interview, operation));
  const meetingId = needsMeeting ? await interview.openMeeting(host) : 'conduct';
  return chosen.map((operation) => {
    const body = bodyOf(operation, meetingId);
    const isForAnybody = isCreation(interview, operation) || isJoin(operation);
    const user = () => (isForAnybody ? interview.caller(operation.name) : Promise.resolve(host));
    return { operation, meetingId, body, leaves: leavesOf(body), user };
  });
}

/** The host is alone in the meeting: leaving ends it. */
function order({ name }: HttpOperation): number {
  return Number(name === 'meeting.leave');
}

/** A request with another value in one place of the body; `undefined` leaves the key out. */
export async function badContent(
  { operation, meetingId, body, user }: Bodied,
  place: Place,
  value: unknown,
): Promise<Pick<BadRequest, 'operation' | 'meetingId' | 'body' | 'user'>> {
  return { operation, meetingId, body: withChange(body, place, value), user: await user() };
}

/** Whether its answer is about a meeting that was not there before. */
export function isCreation(interview: Interview, operation: HttpOperation): boolean {
  if (!operation.reads.meeting || stepsInto(interview.contract).some((step) => step === operation.name))
    return false;
  return !interview.isAboutMeeting(operation);
}

function isJoin({ name }: HttpOperation): boolean {
  return name.startsWith('meeting.join');
}
