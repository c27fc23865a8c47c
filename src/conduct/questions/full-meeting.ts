import type { Interview } from '../interview.ts';
import { NotApplicable, type Question } from '../question.ts';
import type { Reaction } from '../reaction.ts';
import type { User } from '../users.ts';

/** Two seats: the host's and one more. */
const SEATS = 2;

export const fullMeeting: Question = {
  id: 'full-meeting',
  question: 'Can the host enter their own full meeting, and nobody else?',
  async ask(interview) {
    interview.needs('meeting.create');
    if (interview.contract.meetings.kind !== 'created')
      throw new NotApplicable('the contract names its meetings, and creates none');
    const host = await interview.newUser();
    if (!sendsCapacity(interview, host))
      throw new NotApplicable('meeting.create of the contract sends no capacity');
    const mayEnterAgain = await canEnterTwice(interview, host);
    const meetingId = await interview.openMeeting(host, SEATS);
    const [guest, late] = [await interview.newUser(), await interview.newUser()];
    await interview.joinSurely(meetingId, guest);

    const tooMany = await interview.join(meetingId, late);
    if (tooMany.isAccepted) interview.note('full-meeting-admits-more', tooMany.sample);
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

/** Where no user can enter twice, a refusal says nothing about seats. */
async function canEnterTwice(interview: Interview, host: User): Promise<boolean> {
  const meetingId = await interview.openMeeting(host);
  await interview.join(meetingId, host);
  return (await interview.join(meetingId, host)).isAccepted;
}

/** Three want the last seat at the same moment. */
async function fillAtOnce(interview: Interview): Promise<void> {
  const host = await interview.newUser();
  const meetingId = await interview.openMeeting(host, SEATS);
  const guests = [await interview.newUser(), await interview.newUser(), await interview.newUser()];
  // What opens a connection is not a part of the moment.
  if (interview.entry) await Promise.all(guests.map((guest) => interview.socketOf(guest)));
  const remark = 'three users at once, for one seat';
  const joined = await Promise.all(guests.map((guest) => interview.join(meetingId, guest, remark)));
  const admitted = joined.filter(({ isAccepted }: Reaction) => isAccepted);
  for (const { sample } of admitted.slice(1)) interview.note('full-meeting-admits-more', sample);
}

function sendsCapacity(interview: Interview, user: User): boolean {
  const operation = interview.contract.operations.get('meeting.create')!;
  if (operation.over === 'disconnect') return false;
  const sent = (capacity: number) => {
    const values = { ...interview.valuesFor(user, operation, { input: { capacity } }), unique: 'conduct' };
    return JSON.stringify(
      operation.over === 'http'
        ? [operation.address(values), operation.body?.(values)]
        : operation.args(values),
    );
  };
  return sent(SEATS) !== sent(SEATS + 1);
}
