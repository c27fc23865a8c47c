import type { Identity } from '../../meetings/identity.ts';
import { type ConductSocket, heardInWords } from '../conduct-socket.ts';
import { type Exchange, excerpt, record } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import { type Question, Unanswered } from '../question.ts';
import { eventAbout, isAnswerToEntering, tryToEnter } from '../room-answers.ts';

const report = { quality: 'good', rtt: 100, packetLoss: 1, bandwidth: 800 };

/** A host, two guests who may do nothing to each other, and a stranger who may do nothing at all. */
export const actingForOthers: Question = {
  id: 'acting-for-others',
  question: 'Can a user act only for themselves?',
  async ask(interview) {
    const [host, guest, other] = [interview.newUser(), interview.newUser(), interview.newUser()];
    const meetingId = await interview.openMeeting(host);
    await interview.joinSurely(meetingId, guest);
    const joined = await interview.joinSurely(meetingId, other);
    const participantId = record(joined.data?.participant)?.id;

    await controlUnasked(interview, { meetingId, guest, host, participantId });
    await reportAsStranger(interview, meetingId);

    const witness = await interview.connect(host);
    const answer = await tryToEnter(witness, meetingId);
    if (!answer || isAnswerToEntering(answer, meetingId) !== 'entered')
      throw new Unanswered(`a host could not enter the room: ${answer ? heardInWords(answer) : 'no answer'}`);
    // A user that the guest removed is in again.
    await interview.joinSurely(meetingId, other);
    const people = { meetingId, guest, other, host, witness };
    await raiseAsStranger(interview, people);
    for (const act of ['hand/raise', 'leave'] as const) await actInName(interview, people, act);
  },
};

async function controlUnasked(
  interview: Interview,
  of: { meetingId: string; guest: Identity; host: Identity; participantId: unknown },
): Promise<void> {
  const { meetingId, guest, host, participantId } = of;
  const control = (token: string, body: object, remark: string) =>
    interview.api('POST', `/${meetingId}/control`, { token, body, remark });
  const note = (exchange: Exchange) => {
    if (exchange.isAccepted) interview.note('control-by-anyone', exchange.sample);
    return exchange.isAccepted;
  };
  const stranger = interview.newUser();
  for (const [{ token }, remark] of [
    [guest, 'a listener'],
    [stranger, 'not in the meeting'],
  ] as const) {
    if (note(await control(token, { action: 'lock' }, remark)))
      await control(host.token, { action: 'unlock' }, 'the host');
  }
  // A deployed service may not tell the id of the row.
  if (typeof participantId !== 'string') return;
  for (const action of ['mute', 'promote', 'remove'])
    note(await control(guest.token, { action, participantId }, 'a listener about another participant'));
}

async function reportAsStranger(interview: Interview, meetingId: string): Promise<void> {
  const { token } = interview.newUser();
  const remark = 'not in the meeting';
  const path = `/${meetingId}/network`;
  for (const exchange of [
    await interview.api('POST', `${path}/quality`, { token, remark, body: report }),
    await interview.api('GET', `${path}/recommendations`, { token, remark }),
  ])
    if (exchange.isAccepted) interview.note('network-report-by-stranger', exchange.sample);
}

interface People {
  readonly meetingId: string;
  readonly guest: Identity;
  readonly other: Identity;
  readonly host: Identity;
  /** The host's connection, in the room. */
  readonly witness: ConductSocket;
}

/** A hand that the room sees is worse than an answer that means nothing. */
async function raiseAsStranger(interview: Interview, { meetingId, host, witness }: People): Promise<void> {
  const stranger = interview.newUser();
  const name = 'meeting:hand-raised';
  const since = witness.heard.length;
  const path = `/${meetingId}/hand/raise`;
  const raised = await interview.api('POST', path, {
    token: stranger.token,
    body: {},
    remark: 'not in the meeting',
  });
  if (!raised.isAccepted) return;
  await interview.api('POST', path, { token: host.token, body: {} });
  const seen = await eventAbout(witness, { name, meetingId, userIds: [stranger.userId, host.userId], since });
  if (seen?.userId !== stranger.userId) interview.note('stranger-hand-acknowledged', raised.sample);
  else interview.note('stranger-raises-hand', { ...raised.sample, answer: told(seen.heard) });
}

const events = {
  'hand/raise': ['meeting:hand-raised', 'hand-of-others'],
  leave: ['meeting:participant-left', 'leave-of-others'],
} as const;

/** The body names another user: the act must be the caller's own, or refused. */
async function actInName(interview: Interview, people: People, act: keyof typeof events): Promise<void> {
  const { meetingId, guest, other, witness } = people;
  const [name, finding] = events[act];
  const since = witness.heard.length;
  const body = { userId: other.userId };
  const path = `/${meetingId}/${act}`;
  const exchange = await interview.api('POST', path, {
    token: guest.token,
    body,
    remark: 'by another participant',
  });
  if (!exchange.isAccepted) return;
  const seen = await eventAbout(witness, { name, meetingId, userIds: [guest.userId, other.userId], since });
  if (seen?.userId === other.userId)
    interview.note(finding, { ...exchange.sample, answer: told(seen.heard) });
}

function told(heard: Parameters<typeof heardInWords>[0]): string {
  return `the room was told: ${excerpt(heardInWords(heard), 300)}`;
}
