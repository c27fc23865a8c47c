import type { Exchange } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import type { Question } from '../question.ts';

const ORIGIN = 'https://foreign.example';
const remark = `origin: ${ORIGIN}`;

/** A page of another origin must not read the answers to its visitors. */
export const foreignOrigins: Question = {
  id: 'foreign-origins',
  question: 'Do pages of foreign origins stay outside (CORS)?',
  facts: 'a call, a preflight and a polling handshake from a foreign origin',
  async ask(interview) {
    for (const exchange of [...(await overHttp(interview)), ...(await overPolling(interview))]) {
      const { headers, status, sample } = exchange;
      const allowed = headers['access-control-allow-origin'];
      if (allowed !== ORIGIN && allowed !== '*') continue;
      const credentials = headers['access-control-allow-credentials'] === 'true';
      const more = credentials ? ', access-control-allow-credentials: true' : '';
      const answer = `${status}, access-control-allow-origin: ${allowed}${more}`;
      interview.note(
        allowed === ORIGIN && credentials ? 'foreign-origin-with-credentials' : 'foreign-origin-allowed',
        { request: sample.request, answer },
      );
    }
  },
};

/** A read, and the preflight that a browser sends before a call of a page. */
async function overHttp(interview: Interview): Promise<Exchange[]> {
  const read = interview.http('meeting.list') ?? interview.http('meeting.get');
  const act = interview.http('meeting.create') ?? interview.http('meeting.join');
  if (!read && !act) return [];
  const user = await interview.users.open();
  // A list needs no meeting.
  const meetingId = read?.name === 'meeting.list' ? 'conduct' : await interview.openMeeting(user);
  const exchanges: Exchange[] = [];
  if (read) {
    const values = interview.valuesFor(user, read, { meetingId });
    const headers = { ...read.headers?.(values), origin: ORIGIN };
    const call = { user, operation: read, headers, remark };
    exchanges.push(await interview.calls.send(read.method, read.address(values), call));
  }
  if (act) {
    const headers = {
      origin: ORIGIN,
      'access-control-request-method': act.method,
      'access-control-request-headers': [...Object.keys(user.identity.headers), 'content-type'].join(),
    };
    const path = act.address(interview.valuesFor(user, act, { meetingId }));
    exchanges.push(await interview.calls.send('OPTIONS', path, { headers, remark }));
  }
  return exchanges;
}

/** A polling handshake of Socket.IO. Empty if sockets have another address. */
async function overPolling(interview: Interview): Promise<Exchange[]> {
  const { socketUrl, serviceUrl } = interview.options;
  const { socket } = interview.contract;
  if (!socket || socketUrl !== serviceUrl) return [];
  const path = `${(socket.path ?? '/socket.io').replace(/\/$/, '')}/?EIO=4&transport=polling`;
  return [await interview.calls.send('GET', path, { headers: { origin: ORIGIN }, remark })];
}
