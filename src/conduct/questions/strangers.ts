import { randomUUID } from 'node:crypto';
import type { Interview } from '../interview.ts';
import { heardInWords } from '../message.ts';
import { NotApplicable, type Question, Unanswered } from '../question.ts';
import { eventAbout, eventOf, subjectOf } from '../room-events.ts';

const HEARD_WITHIN_MS = 1000;

/** Only what the contract limits can be refused: where a name is enough to enter, there are no strangers. */
export const strangers: Question = {
  id: 'strangers',
  question: 'Does a meeting stay closed to strangers?',
  async ask(interview) {
    const { contract, entry } = interview;
    const isCreated = contract.meetings.kind === 'created';
    const resumes = interview.can('meeting.reconnect');
    // A seat is taken first, and the room is for those who have one.
    const isForSeated = interview.can('meeting.join') && entry !== undefined && entry.name !== 'meeting.join';
    if (!resumes && !isForSeated && !(isCreated && entry))
      throw new NotApplicable('a user may enter any meeting: the contract has no seat to take before');
    if (resumes) await reconnectAsStranger(interview);
    if (resumes && isCreated) await reconnectToEnded(interview);
    if (isCreated && entry) await enterNowhere(interview);
    if (isForSeated) await enterUninvited(interview);
  },
};

async function reconnectAsStranger(interview: Interview): Promise<void> {
  const [host, stranger] = [await interview.newUser(), await interview.newUser()];
  const meetingId = await interview.openMeeting(host);
  const resumed = await interview.perform(stranger, 'meeting.reconnect', {
    meetingId,
    remark: 'the user was never in the meeting',
  });
  if (!resumed.isAccepted) return;
  interview.willLeave(meetingId, stranger);
  interview.note('reconnect-answers-strangers', resumed.sample);
}

async function reconnectToEnded(interview: Interview): Promise<void> {
  if (!interview.can('meeting.leave')) return;
  const host = await interview.newUser();
  const meetingId = await interview.openMeeting(host);
  const left = await interview.perform(host, 'meeting.leave', { meetingId });
  if (!left.isAccepted) throw new Unanswered(`a host could not leave: ${left.sample.answer}`);
  if (!(await hasEnded(interview, meetingId))) return;
  const resumed = await interview.perform(host, 'meeting.reconnect', {
    meetingId,
    remark: 'the last participant has left: the meeting has ended',
  });
  if (resumed.isAccepted) interview.note('reconnect-to-ended-meeting', resumed.sample);
}

/** A service may keep an empty meeting open: its answer decides. */
async function hasEnded(interview: Interview, meetingId: string): Promise<boolean> {
  if (!interview.can('meeting.get')) return false;
  const seen = await interview.perform(await interview.newUser(), 'meeting.get', { meetingId });
  if (!seen.isAccepted) return true;
  return seen.operation?.reads.state?.(seen.values) === 'ended';
}

async function enterNowhere(interview: Interview): Promise<void> {
  const meetingId = randomUUID();
  const outside = await interview.newUser();
  const remark = 'no meeting has this id';
  const entered = await interview.perform(outside, interview.entry!.name, { meetingId, remark });
  if (!entered.isAccepted) return;
  interview.willLeave(meetingId, outside);
  interview.note('room-of-nothing-opens', entered.sample);
}

/** Whether the service says that the stranger is in, or lets them hear the meeting without saying so. */
async function enterUninvited(interview: Interview): Promise<void> {
  const users = [await interview.newUser(), await interview.newUser(), await interview.newUser()] as const;
  const [host, guest, stranger] = users;
  const meetingId = await interview.openMeeting(host);
  await interview.joinSurely(meetingId, guest);
  const inside = await interview.listen(meetingId, host);
  const outside = await interview.socketOf(stranger);
  const [remark, before] = ['the user is not in the meeting', outside.heard.length];
  const entered = await interview.perform(stranger, interview.entry!.name, { meetingId, remark });
  if (entered.isAccepted) {
    interview.note('room-opens-for-strangers', entered.sample);
    return;
  }
  const event = eventOf(interview, 'hand.raise');
  if (!event) return;
  if (interview.contract.operations.get('hand.raise')!.over === 'socket')
    await interview.listen(meetingId, guest);
  const since = inside.heard.length;
  await interview.perform(guest, 'hand.raise', { meetingId });
  await eventAbout(inside, { event, meetingId, userIds: [guest.identity.userId], since });
  // Events of the room come before the answer to a later message.
  await outside.settles(HEARD_WITHIN_MS);
  const overheard = outside.heard
    .slice(before)
    .find((heard) => subjectOf(event, heard, meetingId) !== undefined);
  if (!overheard) return;
  interview.note('room-opens-for-strangers', { ...entered.sample, answer: heardInWords(overheard) });
}
