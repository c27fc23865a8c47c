import type { EventDefinition } from '../../meetings/contract/operation.ts';
import { withChange } from '../bodies.ts';
import type { ConductSocket } from '../conduct-socket.ts';
import { excerpt } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import { inWords } from '../message.ts';
import { NotApplicable, Unanswered } from '../no-answer.ts';
import type { Question } from '../question.ts';
import { type Reaction, record, recordsIn } from '../reaction.ts';
import { eventAbout, eventOf, type Seen } from '../room-events.ts';
import type { User } from '../users.ts';

/** A host, and two guests who must not act for each other. */
interface Members {
  readonly meetingId: string;
  readonly host: User;
  readonly guest: User;
  readonly other: User;
  /** The row id of the other guest, which differs from the user id; undefined if the service does not return it. */
  readonly rowOfOther: string | undefined;
}

const STRANGER = 'not in the meeting';

export const actingForOthers: Question = {
  id: 'acting-for-others',
  question: 'Can a user act only for themselves?',
  facts: 'control, hand, leave and network report',
  async ask(interview) {
    const { socket, has, operations } = interview.contract;
    const controls = interview.can('meeting.control');
    const reports = ['network.report', 'network.advice'].filter((name) => isAboutMeeting(interview, name));
    const hears = socket !== undefined && has?.has('events') !== false;
    const hand = hears ? eventOf(interview, 'hand.raise') : undefined;
    const leaves = hears && operations.get('meeting.leave')?.over !== 'disconnect';
    const left = leaves ? eventOf(interview, 'meeting.leave') : undefined;
    if (!controls && reports.length === 0 && !hand && !left)
      throw new NotApplicable('the contract has no act in a meeting that others could notice');
    const members = await gather(interview);
    if (controls) await controlUnasked(interview, members);
    for (const name of reports) await reportAsStranger(interview, members.meetingId, name);
    if (hand || left) await actInRoom(interview, members, { hand, left });
  },
};

/** Whether a report names a meeting. Other reports concern only the user. */
function isAboutMeeting(interview: Interview, name: string): boolean {
  const operation = interview.http(name);
  return operation !== undefined && interview.isAboutMeeting(operation);
}

async function gather(interview: Interview): Promise<Members> {
  const { users } = interview;
  const [host, guest, other] = [await users.open(), await users.open(), await users.open()];
  const meetingId = await interview.openMeeting(host);
  await interview.joinSurely(meetingId, guest);
  const joined = await interview.joinSurely(meetingId, other);
  return { meetingId, host, guest, other, rowOfOther: rowIn(joined, other) };
}

/** The id of the object that has the user id in another key. */
function rowIn({ content }: Reaction, { identity: { userId } }: User): string | undefined {
  const isRow = ({ id, ...others }: Readonly<Record<string, unknown>>) =>
    typeof id === 'string' && id !== userId && Object.values(others).includes(userId);
  return [...recordsIn(content)].find(isRow)?.id as string | undefined;
}

async function controlUnasked(interview: Interview, members: Members): Promise<void> {
  const { meetingId, host, guest, rowOfOther } = members;
  const control = (user: User, input: Readonly<Record<string, unknown>>, remark: string) =>
    interview.perform(user, 'meeting.control', {
      meetingId,
      remark,
      input: { participant: undefined, ...input },
    });
  const stranger = await interview.users.open();
  for (const [user, remark] of [
    [guest, 'a listener'],
    [stranger, STRANGER],
  ] as const) {
    const locked = await control(user, { action: 'lock' }, remark);
    if (interview.noteAccepted('control-by-anyone', locked))
      await control(host, { action: 'unlock' }, 'the host');
  }
  if (rowOfOther === undefined) return;
  for (const action of ['mute', 'promote', 'remove']) {
    const remark = 'a listener about another participant';
    const controlled = await control(guest, { action, participant: rowOfOther }, remark);
    interview.noteAccepted('control-by-anyone', controlled);
  }
}

async function reportAsStranger(interview: Interview, meetingId: string, name: string): Promise<void> {
  const stranger = await interview.users.open();
  const reported = await interview.perform(stranger, name, { meetingId, remark: STRANGER });
  interview.noteAccepted('network-report-by-stranger', reported);
}

/** The members, with the host's connection in the room. */
type InRoom = Members & { readonly socket: ConductSocket };

interface RoomActs {
  readonly hand: EventDefinition | undefined;
  readonly left: EventDefinition | undefined;
}

async function actInRoom(interview: Interview, members: Members, { hand, left }: RoomActs): Promise<void> {
  const { meetingId, host, guest, other } = members;
  const room = { ...members, socket: await interview.listen(meetingId, host) };
  // The guest may have removed the other guest.
  await interview.joinSurely(meetingId, other);
  // A message acts in the room of its connection.
  if (interview.contract.operations.get('hand.raise')?.over === 'socket')
    for (const user of [guest, other]) await interview.listen(meetingId, user);
  const seen = hand && (await raiseAsStranger(interview, room, hand));
  const keys = [...new Set(['userId', ...(seen ? keysOf(seen) : [])])];
  if (hand)
    await actInName(interview, room, {
      ...{ keys, event: hand, act: 'hand.raise', named: host, finding: 'hand-of-others' },
    });
  if (left)
    await actInName(interview, room, {
      ...{ keys, event: left, act: 'meeting.leave', named: guest, finding: 'leave-of-others' },
    });
}

/**
 * Raises a hand as a stranger. An event in the room is worse than a success without effect.
 * @returns a guest's hand event
 */
async function raiseAsStranger(
  interview: Interview,
  { meetingId, guest, socket }: InRoom,
  event: EventDefinition,
): Promise<Seen | undefined> {
  const stranger = await interview.users.open();
  const since = socket.heard.length;
  const raised = await interview.perform(stranger, 'hand.raise', { meetingId, remark: STRANGER });
  await interview.perform(guest, 'hand.raise', { meetingId });
  // The event of the stranger would come before that of the guest.
  const seen = await eventAbout(socket, event, { meetingId, since, users: [stranger, guest] });
  if (!seen) throw new Unanswered('the room got no event of a raised hand, so the user of an act is unknown');
  if (seen.user !== stranger) {
    interview.noteAccepted('stranger-hand-acknowledged', raised);
    return seen;
  }
  interview.note('stranger-raises-hand', { ...raised.sample, answer: receivedInWords(seen) });
  return eventAbout(socket, event, { meetingId, since, users: [guest] });
}

/** The keys under which an event names its user. */
function keysOf({ heard, user }: Seen): string[] {
  return Object.entries(record(heard.values[0]) ?? {}).flatMap(([key, value]) =>
    String(value) === user.identity.userId ? [key] : [],
  );
}

interface InName {
  readonly event: EventDefinition;
  readonly act: 'hand.raise' | 'meeting.leave';
  /** Keys with which services name the acting user. */
  readonly keys: readonly string[];
  readonly named: User;
  readonly finding: 'hand-of-others' | 'leave-of-others';
}

/** Names another user in a call. The service must refuse it, or act for the caller. */
async function actInName(
  interview: Interview,
  { meetingId, other, socket }: InRoom,
  { event, act, keys, named, finding }: InName,
): Promise<void> {
  const since = socket.heard.length;
  const naming = (content: unknown) =>
    keys.reduce<unknown>((changed, key) => withChange(changed, [key], named.identity.userId), content);
  const acted = await interview.perform(other, act, {
    meetingId,
    remark: 'by another participant',
    change: (content) =>
      Array.isArray(content) ? [naming(content[0]), ...content.slice(1)] : naming(content),
  });
  if (acted.isRefused) return;
  const seen = await eventAbout(socket, event, { meetingId, since, users: [named, other] });
  if (seen?.user === named) interview.note(finding, { ...acted.sample, answer: receivedInWords(seen) });
}

function receivedInWords({ heard }: Seen): string {
  return `the room received: ${excerpt(inWords(heard), 300)}`;
}
