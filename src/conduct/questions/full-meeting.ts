import { heardInWords, socketSample } from '../conduct-socket.ts';
import type { Question } from '../question.ts';
import { isAnswerToEntering } from '../room-answers.ts';

/** Two seats: the host's, who created the meeting, and one more. */
export const fullMeeting: Question = {
  id: 'full-meeting',
  question: 'Can the host enter their own full meeting, and nobody else?',
  async ask(interview) {
    const [host, guest, late] = [interview.newUser(), interview.newUser(), interview.newUser()];
    const meetingId = await interview.openMeeting(host, 2);
    await interview.joinSurely(meetingId, guest);

    const tooMany = await interview.join(meetingId, late);
    if (tooMany.isAccepted) interview.note('full-meeting-admits-more', tooMany.sample);

    const hostAgain = await interview.join(meetingId, host);
    if (!hostAgain.isAccepted) interview.note('host-locked-out', hostAgain.sample);
    const guestAgain = await interview.join(meetingId, guest);
    if (!guestAgain.isAccepted) interview.note('participant-locked-out', guestAgain.sample);
    if (!hostAgain.isAccepted) return;

    const socket = await interview.connect(host);
    const { timeoutMs } = interview.options;
    const answer = socket.hear((heard) => isAnswerToEntering(heard, meetingId) !== undefined, timeoutMs);
    socket.emit('meeting:join', { meetingId });
    const heard = await answer;
    if (heard && isAnswerToEntering(heard, meetingId) === 'entered') return;
    const sent = { name: 'meeting:join', values: [{ meetingId }], remark: 'the host of the full meeting' };
    interview.note('host-locked-out', socketSample(sent, heard ? heardInWords(heard) : 'no answer'));
  },
};
