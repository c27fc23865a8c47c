import { type EventDefinition, idOf } from '../meetings/contract/operation.ts';
import type { ConductSocket } from './conduct-socket.ts';
import { excerpt } from './exchange.ts';
import type { Interview } from './interview.ts';
import { type Heard, heardInWords } from './message.ts';

/** For an event that a call has caused. */
const EVENT_WITHIN_MS = 1000;

/** The event that others in the room get of this operation; undefined where the contract does not say whose it is. */
export function eventOf({ contract }: Interview, operation: string): EventDefinition | undefined {
  const causes = contract.operations.get(operation)?.causes;
  const definition = causes === undefined ? undefined : contract.events.get(causes);
  return definition?.user ? definition : undefined;
}

/** The user that a message is about, if it is this event, in this meeting. */
export function subjectOf(
  { on, when, user, meeting }: EventDefinition,
  heard: Heard,
  meetingId: string,
): string | undefined {
  if (heard.name !== on) return undefined;
  const values = { payload: heard.values[0], args: heard.values, meeting: meetingId };
  if (when && when(values) !== true) return undefined;
  if (meeting && idOf(meeting(values)) !== meetingId) return undefined;
  return idOf(user?.(values));
}

export interface Seen {
  readonly heard: Heard;
  readonly userId: string;
}

/** The next event of this kind about one of these users. */
export async function eventAbout(
  socket: ConductSocket,
  of: { event: EventDefinition; meetingId: string; userIds: readonly string[]; since: number },
): Promise<Seen | undefined> {
  const userOf = (heard: Heard) => {
    const subject = subjectOf(of.event, heard, of.meetingId);
    return of.userIds.find((userId) => userId === subject);
  };
  const heard = await socket.hear((one) => userOf(one) !== undefined, EVENT_WITHIN_MS, of.since);
  return heard && { heard, userId: userOf(heard)! };
}

export function toldInWords({ heard }: Seen): string {
  return `the room received: ${excerpt(heardInWords(heard), 300)}`;
}
