import type { EventDefinition } from '../../meetings/contract/operation.ts';
import { withChange } from '../changes.ts';
import type { ConductSocket } from '../conduct-socket.ts';
import type { Interview } from '../interview.ts';
import { NotApplicable, type Question, Unanswered } from '../question.ts';
import type { Reaction } from '../reaction.ts';
import { record, recordsIn } from '../record.ts';
import { eventAbout, eventOf, type Seen, toldInWords } from '../room-events.ts';
import type { User } from '../users.ts';

/** A host, two guests who may do nothing to each other, and strangers who may do nothing at all. */
interface People {
  readonly meetingId: string;
  readonly host: User;
  readonly guest: User;
  readonly other: User;
  /** The id of the row of the other guest, which is another one than that of the user; a service may not tell it. */
  readonly rowOfOther: string | undefined;
}

/** Keys with which services name the user who acts. */
const usual = ['userId'];

export const actingForOthers: Question = {
  id: 'acting-for-others',
  question: 'Can a user act only for themselves?',
  async ask(interview) {
    const controls = interview.can('meeting.control');
    const reports = ['network.report', 'network.advice'].filter((name) => isAboutMeeting(interview, name));
    const { socket, has } = interview.contract;
    const hears = socket !== undefined && has?.has('events') !== false;
    const hand = hears ? eventOf(interview, 'hand.raise') : undefined;
    const left = hears ? eventOf(interview, 'meeting.leave') : undefined;
    const leaves =
      left !== undefined && interview.contract.operations.get('meeting.leave')?.over !== 'disconnect';
    if (!controls && reports.length === 0 && !hand && !leaves)
      throw new NotApplicable('the contract has no act in a meeting that others could notice');
    const people = await gather(interview);
    if (controls) await controlUnasked(interview, people);
    for (const name of reports) await reportAsStranger(interview, people.meetingId, name);
    if (!hand && !leaves) return;
    const witness = await interview.listen(people.meetingId, people.host);
    // A user that the guest removed is in again.
    await interview.joinSurely(people.meetingId, people.other);
    for (const user of [people.guest, people.other]) await hearIfActingNeedsIt(interview, people, user);
    const seen = hand && (await raiseAsStranger(interview, { ...people, witness, event: hand }));
    const keys = [...new Set([...usual, ...(seen ? keysOf(seen) : [])])];
    if (hand)
      await actInName(interview, {
        ...people,
        ...{ witness, event: hand, keys, act: 'hand.raise', named: people.host, finding: 'hand-of-others' },
      });
    if (leaves)
      await actInName(interview, {
        ...people,
        ...{
          witness,
          event: left,
          keys,
          act: 'meeting.leave',
          named: people.guest,
          finding: 'leave-of-others',
        },
      });
  },
};

async function gather(interview: Interview): Promise<People> {
  const users = [await interview.newUser(), await interview.newUser(), await interview.newUser()] as const;
  const [host, guest, other] = users;
  const meetingId = await interview.openMeeting(host);
  await interview.joinSurely(meetingId, guest);
  const joined = await interview.joinSurely(meetingId, other);
  return { meetingId, host, guest, other, rowOfOther: rowIn(joined, other) };
}

/** The id of the object that names the user in another key. */
function rowIn({ content }: Reaction, { identity: { userId } }: User): string | undefined {
  const rows = [...recordsIn(content)].filter(
    ({ id, ...others }) => typeof id === 'string' && id !== userId && Object.values(others).includes(userId),
  );
  return rows[0]?.id as string | undefined;
}

/** Messages over a socket act in the room that the connection is in. */
async function hearIfActingNeedsIt(interview: Interview, { meetingId }: People, user: User): Promise<void> {
  if (interview.contract.operations.get('hand.raise')?.over === 'socket')
    await interview.listen(meetingId, user);
}

async function controlUnasked(
  interview: Interview,
  { meetingId, host, guest, rowOfOther }: People,
): Promise<void> {
  const control = (user: User, input: Readonly<Record<string, unknown>>, remark: string) =>
    interview.perform(user, 'meeting.control', {
      meetingId,
      remark,
      input: { participant: undefined, ...input },
    });
  const note = ({ isAccepted, sample }: Reaction) => {
    if (isAccepted) interview.note('control-by-anyone', sample);
    return isAccepted;
  };
  const stranger = await interview.newUser();
  for (const [user, remark] of [
    [guest, 'a listener'],
    [stranger, 'not in the meeting'],
  ] as const) {
    if (note(await control(user, { action: 'lock' }, remark)))
      await control(host, { action: 'unlock' }, 'the host');
  }
  if (rowOfOther === undefined) return;
  for (const action of ['mute', 'promote', 'remove'])
    note(await control(guest, { action, participant: rowOfOther }, 'a listener about another participant'));
}

async function reportAsStranger(interview: Interview, meetingId: string, name: string): Promise<void> {
  const stranger = await interview.newUser();
  const reported = await interview.perform(stranger, name, { meetingId, remark: 'not in the meeting' });
  if (reported.isAccepted) interview.note('network-report-by-stranger', reported.sample);
}

/** A report that names no meeting concerns the user alone. */
function isAboutMeeting(interview: Interview, name: string): boolean {
  const operation = interview.http(name);
  return operation !== undefined && interview.isAboutMeeting(operation);
}

interface InRoom extends People {
  /** The host's connection, in the room. */
  readonly witness: ConductSocket;
  readonly event: EventDefinition;
}

/**
 * A hand that the room sees is worse than an answer that means nothing. @returns the event of the
 * hand of a guest
 */
async function raiseAsStranger(
  interview: Interview,
  { meetingId, guest, witness, event }: InRoom,
): Promise<Seen | undefined> {
  const stranger = await interview.newUser();
  const since = witness.heard.length;
  const remark = 'not in the meeting';
  const raised = await interview.perform(stranger, 'hand.raise', { meetingId, remark });
  await interview.perform(guest, 'hand.raise', { meetingId });
  // What the stranger did comes before what the guest did.
  const of = (users: readonly User[]) => ({
    ...{ event, meetingId, since },
    userIds: users.map(({ identity }) => identity.userId),
  });
  const seen = await eventAbout(witness, of([stranger, guest]));
  if (seen?.userId !== stranger.identity.userId) {
    if (!seen)
      throw new Unanswered(
        'the room got no event of a raised hand, so it cannot be seen whose act an act is',
      );
    if (raised.isAccepted) interview.note('stranger-hand-acknowledged', raised.sample);
    return seen;
  }
  interview.note('stranger-raises-hand', { ...raised.sample, answer: toldInWords(seen) });
  return eventAbout(witness, of([guest]));
}

/** The keys under which an event names its user. */
function keysOf({ heard, userId }: Seen): string[] {
  return Object.entries(record(heard.values[0]) ?? {}).flatMap(([key, value]) =>
    String(value) === userId ? [key] : [],
  );
}

interface InName extends InRoom {
  readonly act: 'hand.raise' | 'meeting.leave';
  readonly keys: readonly string[];
  readonly named: User;
  readonly finding: 'hand-of-others' | 'leave-of-others';
}

/** What is sent names another user: the act must be the caller's own, or refused. */
async function actInName(
  interview: Interview,
  { meetingId, other, named, witness, event, act, keys, finding }: InName,
): Promise<void> {
  const since = witness.heard.length;
  const naming = (content: unknown) =>
    keys.reduce<unknown>((changed, key) => withChange(changed, [key], named.identity.userId), content);
  const acted = await interview.perform(other, act, {
    meetingId,
    remark: 'by another participant',
    change: (content) =>
      Array.isArray(content) ? [naming(content[0]), ...content.slice(1)] : naming(content),
  });
  if (acted.isRefused) return;
  const userIds = [named.identity.userId, other.identity.userId];
  const seen = await eventAbout(witness, { event, meetingId, userIds, since });
  if (seen?.userId === named.identity.userId)
    interview.note(finding, { ...acted.sample, answer: toldInWords(seen) });
}
