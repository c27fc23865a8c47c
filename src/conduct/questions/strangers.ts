import { randomUUID } from 'node:crypto';
import type { Interview } from '../interview.ts';
import { inWords } from '../message.ts';
import { NotApplicable, Unanswered } from '../no-answer.ts';
import type { Question } from '../question.ts';
import { eventAbout, eventOf, subjectOf } from '../room-events.ts';

const HEARD_WITHIN_MS = 1000;

/** If a name is enough to enter a meeting, there are no strangers. */
export const strangers: Question = {
  id: 'strangers',
  question: 'Does a meeting stay closed to strangers?',
  facts: 'the room, and the state after a reconnect',
  async ask(interview) {
    const { contract, entry } = interview;
    const isCreated = contract.meetings.kind === 'created';
    const resumes = interview.can('meeting.reconnect');
    // Users take a seat first, and the room is only for users with a seat.
    const isForSeated = interview.can('meeting.join') && entry !== undefined && entry.name !== 'meeting.join';
    if (!resumes && !isForSeated && !(isCreated && entry))
      throw new NotApplicable('a user may enter any meeting, because the contract has no join before it');
    if (resumes) await reconnectAsStranger(interview);
    if (resumes && isCreated) await reconnectToEnded(interview);
    if (isCreated && entry) await enterNowhere(interview, entry.name);
    if (isForSeated) await enterUninvited(interview, entry.name);
  },
};

async function reconnectAsStranger(interview: Interview): Promise<void> {
  const [host, stranger] = [await interview.users.open(), await interview.users.open()];
  const meetingId = await interview.openMeeting(host);
  const remark = 'the user was never in the meeting';
  const resumed = await interview.perform(stranger, 'meeting.reconnect', { meetingId, remark });
  if (interview.noteAccepted('reconnect-answers-strangers', resumed))
    interview.willLeave(meetingId, stranger);
}

async function reconnectToEnded(interview: Interview): Promise<void> {
  if (!interview.can('meeting.leave')) return;
  const host = await interview.users.open();
  const meetingId = await interview.openMeeting(host);
  const left = await interview.perform(host, 'meeting.leave', { meetingId });
  if (!left.isAccepted) throw new Unanswered(`a host could not leave: ${left.sample.answer}`);
  if (!(await hasEnded(interview, meetingId))) return;
  const remark = 'the last participant has left: the meeting has ended';
  const resumed = await interview.perform(host, 'meeting.reconnect', { meetingId, remark });
  interview.noteAccepted('reconnect-to-ended-meeting', resumed);
}

/** A service may keep an empty meeting open, so its answer decides. */
async function hasEnded(interview: Interview, meetingId: string): Promise<boolean> {
  if (!interview.can('meeting.get')) return false;
  const seen = await interview.perform(await interview.users.open(), 'meeting.get', { meetingId });
  if (!seen.isAccepted) return true;
  return seen.operation?.reads.state?.(seen.values) === 'ended';
}

async function enterNowhere(interview: Interview, entry: string): Promise<void> {
  const meetingId = randomUUID();
  const outside = await interview.users.open();
  const remark = 'no meeting has this id';
  const entered = await interview.perform(outside, entry, { meetingId, remark });
  if (interview.noteAccepted('room-of-nothing-opens', entered)) interview.willLeave(meetingId, outside);
}

/** Finds a service that accepts a stranger, or that refuses them and still sends them room events. */
async function enterUninvited(interview: Interview, entry: string): Promise<void> {
  const { users } = interview;
  const [host, guest, stranger] = [await users.open(), await users.open(), await users.open()];
  const meetingId = await interview.openMeeting(host);
  await interview.joinSurely(meetingId, guest);
  const inside = await interview.listen(meetingId, host);
  const outside = await interview.socketOf(stranger);
  const before = outside.heard.length;
  const remark = 'the user is not in the meeting';
  const entered = await interview.perform(stranger, entry, { meetingId, remark });
  const event = eventOf(interview, 'hand.raise');
  if (interview.noteAccepted('room-opens-for-strangers', entered) || !event) return;
  if (interview.operation('hand.raise').over === 'socket') await interview.listen(meetingId, guest);
  const since = inside.heard.length;
  await interview.perform(guest, 'hand.raise', { meetingId });
  await eventAbout(inside, event, { meetingId, users: [guest], since });
  // Events of the room arrive before the answer to a later message.
  await outside.settles(HEARD_WITHIN_MS);
  const heard = outside.heard.slice(before).find((one) => subjectOf(event, one, meetingId) !== undefined);
  if (heard) interview.note('room-opens-for-strangers', { ...entered.sample, answer: inWords(heard) });
}
