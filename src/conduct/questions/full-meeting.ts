import type { Interview } from '../interview.ts';
import { NotApplicable } from '../no-answer.ts';
import type { Question } from '../question.ts';
import type { User } from '../users.ts';

/** Two seats: the host's and one more. */
const SEATS = 2;

export const fullMeeting: Question = {
  id: 'full-meeting',
  question: 'Can the host enter their own full meeting, and nobody else?',
  facts: 'a meeting of two: the host, one guest, one too many, and three at once',
  async ask(interview) {
    const create = interview.operation('meeting.create');
    if (interview.contract.meetings.kind !== 'created')
      throw new NotApplicable('the contract names its meetings, and does not create them');
    const [one, more] = [{ input: { capacity: SEATS } }, { input: { capacity: SEATS + 1 } }];
    if (!interview.isSentDifferently(create, one, more))
      throw new NotApplicable('meeting.create of the contract sends no capacity');
    const host = await interview.users.open();
    const mayEnterAgain = await canEnterTwice(interview, host);
    const meetingId = await interview.openMeeting(host, SEATS);
    const [guest, late] = [await interview.users.open(), await interview.users.open()];
    await interview.joinSurely(meetingId, guest);

    interview.noteAccepted('full-meeting-admits-more', await interview.join(meetingId, late));
    await fillAtOnce(interview);
    if (!mayEnterAgain) return;

    const hostAgain = await interview.join(meetingId, host);
    if (!hostAgain.isAccepted) interview.note('host-locked-out', hostAgain.sample);
    const guestAgain = await interview.join(meetingId, guest);
    if (!guestAgain.isAccepted) interview.note('participant-locked-out', guestAgain.sample);
    if (!hostAgain.isAccepted || !interview.can('room.enter')) return;

    const remark = 'the host of the full meeting';
    const entered = await interview.perform(host, 'room.enter', { meetingId, remark });
    if (!entered.isAccepted) interview.note('host-locked-out', entered.sample);
  },
};

/** If no user can enter twice, a refusal does not concern seats. */
async function canEnterTwice(interview: Interview, host: User): Promise<boolean> {
  const meetingId = await interview.openMeeting(host);
  await interview.join(meetingId, host);
  return (await interview.join(meetingId, host)).isAccepted;
}

/** Three users join at the same moment, for one seat. */
async function fillAtOnce(interview: Interview): Promise<void> {
  const { users } = interview;
  const meetingId = await interview.openMeeting(await users.open(), SEATS);
  const guests = [await users.open(), await users.open(), await users.open()];
  // The connections are open before the joins, so that the joins are simultaneous.
  if (interview.entry) await Promise.all(guests.map((guest) => interview.socketOf(guest)));
  const remark = 'three users at once, for one seat';
  const joined = await Promise.all(guests.map((guest) => interview.join(meetingId, guest, remark)));
  const admitted = joined.filter(({ isAccepted }) => isAccepted);
  for (const { sample } of admitted.slice(1)) interview.note('full-meeting-admits-more', sample);
}
