import { type EventDefinition, idOf } from '../meetings/contract/operation.ts';
import type { ConductSocket } from './conduct-socket.ts';
import type { Interview } from './interview.ts';
import type { Message } from './message.ts';
import type { User } from './users.ts';

/** The time limit for an event of a call. */
const EVENT_WITHIN_MS = 1000;

/** The event that this operation causes in the room; undefined if the contract does not define its user. */
export function eventOf({ contract }: Interview, operation: string): EventDefinition | undefined {
  const definition = contract.events.get(contract.operations.get(operation)?.causes ?? '');
  return definition?.user ? definition : undefined;
}

/** The user in a message; undefined unless it is this event in this meeting. */
export function subjectOf(
  { on, when, user, meeting }: EventDefinition,
  heard: Message,
  meetingId: string,
): string | undefined {
  if (heard.name !== on) return undefined;
  const values = { payload: heard.values[0], args: heard.values, meeting: meetingId };
  if (when && when(values) !== true) return undefined;
  if (meeting && idOf(meeting(values)) !== meetingId) return undefined;
  return idOf(user?.(values));
}

export interface Seen {
  readonly heard: Message;
  readonly user: User;
}

/** The first such event about any of these users, from message `since` on. */
export async function eventAbout(
  socket: ConductSocket,
  event: EventDefinition,
  of: { readonly meetingId: string; readonly users: readonly User[]; readonly since: number },
): Promise<Seen | undefined> {
  const userOf = (heard: Message) => {
    const subject = subjectOf(event, heard, of.meetingId);
    return of.users.find(({ identity }) => identity.userId === subject);
  };
  const heard = await socket.hear((one) => userOf(one) !== undefined, EVENT_WITHIN_MS, of.since);
  return heard && { heard, user: userOf(heard)! };
}
