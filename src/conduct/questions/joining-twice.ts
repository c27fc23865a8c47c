import type { Identity } from '../../meetings/identity.ts';
import { type Exchange, record } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import { NotApplicable, type Question } from '../question.ts';

export const joiningTwice: Question = {
  id: 'joining-twice',
  question: 'Has a user who joins twice one row?',
  async ask(interview) {
    const host = interview.newUser();
    const meetingId = await interview.openMeeting(host);
    for (const [remark, joins] of [
      ['joined twice, one after the other', inTurn],
      ['joined three times at once', atOnce],
      ['joined and reconnected at once', withReconnect],
    ] as const) {
      const guest = interview.newUser();
      await joins(interview, meetingId, guest);
      const { rows, exchange } = await rowsOf(interview, { meetingId, host, guest });
      if (rows < 2) continue;
      const { request, answer } = exchange.sample;
      interview.note('user-has-several-rows', {
        request: `${request} (after a user ${remark})`,
        answer: `${rows} rows of ${guest.userId}: ${answer}`,
      });
    }
  },
};

async function inTurn(interview: Interview, meetingId: string, guest: Identity): Promise<void> {
  await interview.joinSurely(meetingId, guest);
  await interview.join(meetingId, guest);
}

async function atOnce(interview: Interview, meetingId: string, guest: Identity): Promise<void> {
  await Promise.all([1, 2, 3].map(() => interview.join(meetingId, guest)));
}

async function withReconnect(interview: Interview, meetingId: string, guest: Identity): Promise<void> {
  await interview.joinSurely(meetingId, guest);
  const reconnect = interview.api('POST', `/${meetingId}/reconnect`, { token: guest.token, body: {} });
  await Promise.all([interview.join(meetingId, guest), reconnect]);
}

/** From whichever answer has the roster: one that does not name the host is no roster. */
async function rowsOf(
  interview: Interview,
  { meetingId, host, guest }: { meetingId: string; host: Identity; guest: Identity },
): Promise<{ rows: number; exchange: Exchange }> {
  for (const [method, path] of [
    ['GET', `/${meetingId}`],
    ['POST', `/${meetingId}/reconnect`],
  ] as const) {
    const body = method === 'POST' ? { body: {} } : {};
    const exchange = await interview.api(method, path, { token: host.token, ...body });
    const roster: unknown = exchange.data?.participants;
    if (!Array.isArray(roster)) continue;
    const present = roster.map(record).filter((one) => one !== undefined && !one.leftAt);
    if (!present.some((one) => one?.userId === host.userId)) continue;
    return { rows: present.filter((one) => one?.userId === guest.userId).length, exchange };
  }
  throw new NotApplicable('the service returns no roster');
}
