import { randomUUID } from 'node:crypto';
import type { Identity } from '../../meetings/identity.ts';
import { type ConductSocket, heardInWords, socketSample } from '../conduct-socket.ts';
import type { Interview } from '../interview.ts';
import { type Question, Unanswered } from '../question.ts';
import { eventAbout, isAnswerToEntering, tryToEnter } from '../room-answers.ts';

const PONG_WITHIN_MS = 1000;

export const strangers: Question = {
  id: 'strangers',
  question: 'Does a meeting stay closed to strangers?',
  async ask(interview) {
    const [host, stranger] = [interview.newUser(), interview.newUser()];
    const meetingId = await interview.openMeeting(host);

    const resumed = await interview.api('POST', `/${meetingId}/reconnect`, {
      token: stranger.token,
      body: {},
      remark: 'the user was never in the meeting',
    });
    if (resumed.isAccepted) interview.note('reconnect-answers-strangers', resumed.sample);
    await reconnectToEnded(interview);

    const outside = await interview.connect(stranger);
    const nowhere = randomUUID();
    const answer = await tryToEnter(outside, nowhere);
    if (answer && isAnswerToEntering(answer, nowhere) === 'entered') {
      const sent = {
        name: 'meeting:join',
        values: [{ meetingId: nowhere }],
        remark: 'no meeting has this id',
      };
      interview.note('room-of-nothing-opens', socketSample(sent, heardInWords(answer)));
    }
    await enterUninvited(interview, { meetingId, host, outside });
  },
};

async function reconnectToEnded(interview: Interview): Promise<void> {
  const host = interview.newUser();
  const meetingId = await interview.openMeeting(host);
  const left = await interview.api('POST', `/${meetingId}/leave`, { token: host.token, body: {} });
  if (!left.isAccepted) throw new Unanswered(`a host could not leave: ${left.sample.answer}`);
  const resumed = await interview.api('POST', `/${meetingId}/reconnect`, {
    token: host.token,
    body: {},
    remark: 'the last participant has left: the meeting has ended',
  });
  if (resumed.isAccepted) interview.note('reconnect-to-ended-meeting', resumed.sample);
}

/** Whether the service says that the stranger is in, or lets them hear the meeting without saying so. */
async function enterUninvited(
  interview: Interview,
  { meetingId, host, outside }: { meetingId: string; host: Identity; outside: ConductSocket },
): Promise<void> {
  const inside = await interview.connect(host);
  const hosts = await tryToEnter(inside, meetingId);
  if (!hosts || isAnswerToEntering(hosts, meetingId) !== 'entered')
    throw new Unanswered(`a host could not enter the room: ${hosts ? heardInWords(hosts) : 'no answer'}`);

  const sent = { name: 'meeting:join', values: [{ meetingId }], remark: 'the user is not in the meeting' };
  const answer = await tryToEnter(outside, meetingId);
  if (answer && isAnswerToEntering(answer, meetingId) === 'entered') {
    interview.note('room-opens-for-strangers', socketSample(sent, heardInWords(answer)));
    return;
  }
  const [since, before] = [inside.heard.length, outside.heard.length];
  await interview.api('POST', `/${meetingId}/hand/raise`, { token: host.token, body: {} });
  await eventAbout(inside, { name: 'meeting:hand-raised', meetingId, userIds: [host.userId], since });
  // What the room was told comes before the answer to a later message.
  await outside.isAnswering(PONG_WITHIN_MS);
  const overheard = outside.heard.slice(before).find(({ name }) => name === 'meeting:hand-raised');
  if (overheard) interview.note('room-opens-for-strangers', socketSample(sent, heardInWords(overheard)));
}
