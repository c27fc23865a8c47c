import type { Exchange } from '../exchange.ts';
import type { Question } from '../question.ts';

const PUBLIC = /\b(?:public|s-maxage\s*=\s*[1-9])/i;
const PRIVATE = /\b(?:no-store|private|no-cache)\b/i;
/** A name with a number says which holes to try. */
const VERSION = /\d+\.\d+/;

export const answerHeaders: Question = {
  id: 'answer-headers',
  question: 'Do caches keep away from personal data, and does the service keep its version to itself?',
  async ask(interview) {
    const { token } = interview.newUser();
    const host = interview.newUser();
    const meetingId = await interview.openMeeting(host);
    const answers = [
      await interview.api('GET', '?limit=1', { token }),
      await interview.api('GET', `/${meetingId}`, { token: host.token }),
      await interview.api('GET', `/${meetingId}/network/recommendations`, { token: host.token }),
    ];
    for (const answer of answers.filter(({ isAccepted }) => isAccepted)) {
      const control = answer.headers['cache-control'] ?? '';
      const sample = withHeader(answer, 'cache-control');
      if (PUBLIC.test(control) && !PRIVATE.test(control))
        interview.note('personal-data-in-public-caches', sample);
      else if (!PRIVATE.test(control)) interview.note('personal-data-without-cache-control', sample);
    }
    const [first] = answers as [Exchange, ...Exchange[]];
    for (const name of ['x-powered-by', 'server'])
      if (isBanner(name, first.headers[name])) interview.note('server-banner', withHeader(first, name));
  },
};

function isBanner(name: string, value: string | undefined): boolean {
  return value !== undefined && (name === 'x-powered-by' || VERSION.test(value));
}

function withHeader(exchange: Exchange, name: string) {
  const { request } = exchange.sample;
  return { request, answer: `${exchange.status}, ${name}: ${exchange.headers[name] ?? '(not sent)'}` };
}
