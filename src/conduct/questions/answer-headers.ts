import type { Exchange } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import type { Question } from '../question.ts';

const PUBLIC = /\b(?:public|s-maxage\s*=\s*[1-9])/i;
const PRIVATE = /\b(?:no-store|private|no-cache)\b/i;
/** A name with a number says which holes to try. */
const VERSION = /\d+\.\d+/;

export const answerHeaders: Question = {
  id: 'answer-headers',
  question: 'Do caches keep away from personal data, and does the service keep its version to itself?',
  async ask(interview) {
    const answers = await personalAnswers(interview);
    for (const answer of answers.filter(({ isAccepted }) => isAccepted)) {
      const control = answer.headers['cache-control'] ?? '';
      const sample = withHeader(answer, 'cache-control');
      if (PUBLIC.test(control) && !PRIVATE.test(control))
        interview.note('personal-data-in-public-caches', sample);
      else if (!PRIVATE.test(control)) interview.note('personal-data-without-cache-control', sample);
    }
    const first = answers[0] ?? (await interview.health());
    for (const name of ['x-powered-by', 'server'])
      if (isBanner(name, first.headers[name])) interview.note('server-banner', withHeader(first, name));
  },
};

/** Answers about meetings, and about their participants. */
async function personalAnswers(interview: Interview): Promise<Exchange[]> {
  const names = ['meeting.list', 'meeting.get', 'network.advice'].filter((name) => interview.http(name));
  if (names.length === 0) return [];
  const host = await interview.newUser();
  const meetingId = await interview.openMeeting(host);
  const answers: Exchange[] = [];
  for (const name of names) answers.push((await interview.perform(host, name, { meetingId })) as Exchange);
  return answers;
}

function isBanner(name: string, value: string | undefined): boolean {
  return value !== undefined && (name === 'x-powered-by' || VERSION.test(value));
}

function withHeader(exchange: Exchange, name: string) {
  const { request } = exchange.sample;
  return { request, answer: `${exchange.status}, ${name}: ${exchange.headers[name] ?? '(not sent)'}` };
}
