import type { RequestContext } from '../request-context/request-context.ts';
import type { Meeting, Participant } from './contract.ts';
import type { Offers } from './offers.ts';
import { httpOperations } from './operations.ts';

/** What an answer says of a meeting; the roster stands beside it, in it, or nowhere. */
export interface Reported {
  readonly meeting: Meeting;
  readonly participants?: readonly Participant[];
}

/** Whether only participants are told the roster, in answers of which each user gets few. */
export function isForParticipants({ roster }: Pick<Offers, 'roster'>): boolean {
  return roster === 'meeting.reconnect' || roster === 'meeting.join';
}

/** Asks for the answer that has the roster. Throws where the service refuses. */
export async function askForRoster(
  context: RequestContext,
  meetingId: string,
  offers: Pick<Offers, 'roster'>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reported> {
  const name = offers.roster ?? 'meeting.get';
  const { method, address } = httpOperations[name];
  const body = method === 'POST' ? { data: {} } : {};
  const response = await context.fetch(address(meetingId), { method, headers: { ...headers }, ...body });
  if (!response.ok()) throw new Error(`the service answers ${response.status()} when asked for the meeting`);
  const { data } = (await response.json()) as { data: Meeting | Reported };
  return 'meeting' in data ? data : { meeting: data };
}

/** The participants of an answer; undefined where it does not report them. */
export function participantsIn({ meeting, participants = meeting.participants }: Reported) {
  return participants;
}

const MOST_NAMES = 5;

/** For the owners of an attached service: what is left in its database. Empty where nothing is. */
export function leftBehindTexts(userIds: readonly string[] = []): string[] {
  if (userIds.length === 0) return [];
  const more = userIds.length > MOST_NAMES ? ` and ${userIds.length - MOST_NAMES} more` : '';
  return [`left behind in the service: ${userIds.slice(0, MOST_NAMES).join(', ')}${more}`];
}
