import { MEETINGS } from '../../meetings/contract.ts';
import type { Exchange } from '../exchange.ts';
import type { Question } from '../question.ts';

const ORIGIN = 'https://foreign.example';

/** A page of another origin must not read what the service answers its visitors. */
export const foreignOrigins: Question = {
  id: 'foreign-origins',
  question: 'Do pages of foreign origins stay outside (CORS)?',
  async ask(interview) {
    const { token } = interview.newUser();
    const headers = { origin: ORIGIN };
    const preflight = {
      ...headers,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    };
    const remark = `origin: ${ORIGIN}`;
    const { socketUrl, serviceUrl } = interview.options;
    for (const exchange of [
      await interview.call('GET', `${MEETINGS}?limit=1`, { token, headers, remark }),
      await interview.call('OPTIONS', MEETINGS, { headers: preflight, remark }),
      // Socket.IO's other transport; the address of the sockets may be another one.
      ...(new URL(socketUrl).origin === new URL(serviceUrl).origin
        ? [await interview.call('GET', '/socket.io/?EIO=4&transport=polling', { headers, remark })]
        : []),
    ]) {
      const allowed = exchange.headers['access-control-allow-origin'];
      if (allowed !== ORIGIN && allowed !== '*') continue;
      const credentials = exchange.headers['access-control-allow-credentials'] === 'true';
      interview.note(
        allowed === ORIGIN && credentials ? 'foreign-origin-with-credentials' : 'foreign-origin-allowed',
        sampleOf(exchange, allowed, credentials),
      );
    }
  },
};

function sampleOf(exchange: Exchange, allowed: string, credentials: boolean) {
  const more = credentials ? ', access-control-allow-credentials: true' : '';
  return {
    request: exchange.sample.request,
    answer: `${exchange.status}, access-control-allow-origin: ${allowed}${more}`,
  };
}
