import type { ConductSocket, Heard } from './conduct-socket.ts';
import { record } from './exchange.ts';

/** For an answer to a message; a service that says nothing has refused in its way. */
const ANSWER_WITHIN_MS = 1000;

/** What a message says about the wish to enter this room; undefined for a message about something else. */
export function isAnswerToEntering(
  { name, values }: Heard,
  meetingId: string,
): 'entered' | 'refused' | undefined {
  const about = record(values[0])?.meetingId;
  if (name === 'meeting:joined') return about === undefined || about === meetingId ? 'entered' : undefined;
  return /error|exception|denied|refused/i.test(name) ? 'refused' : undefined;
}

/** Tries to enter the room. Undefined: the service said nothing in time. */
export async function tryToEnter(socket: ConductSocket, meetingId: string): Promise<Heard | undefined> {
  const answer = socket.hear((heard) => isAnswerToEntering(heard, meetingId) !== undefined, ANSWER_WITHIN_MS);
  socket.emit('meeting:join', { meetingId });
  return await answer;
}

/** The next event of this name in the meeting about one of these users. */
export async function eventAbout(
  socket: ConductSocket,
  of: { name: string; meetingId: string; userIds: readonly string[]; since: number },
): Promise<{ heard: Heard; userId: string } | undefined> {
  const userOf = ({ name, values }: Heard) => {
    const payload = record(values[0]);
    if (name !== of.name || payload?.meetingId !== of.meetingId) return undefined;
    return of.userIds.find((userId) => userId === payload.userId);
  };
  const heard = await socket.hear((one) => userOf(one) !== undefined, ANSWER_WITHIN_MS, of.since);
  return heard && { heard, userId: userOf(heard)! };
}
