import type { Exchange } from '../exchange.ts';
import type { Question } from '../question.ts';

const PUBLIC = /\b(?:public|s-maxage\s*=\s*[1-9])/i;
const PRIVATE = /\b(?:no-store|private|no-cache)\b/i;
/** A version number shows attackers which weaknesses to try. */
const VERSION = /\d+\.\d+/;

/** Operations whose answers have data about meetings or participants. */
const personal = ['meeting.list', 'meeting.get', 'network.advice'];

export const answerHeaders: Question = {
  id: 'answer-headers',
  question: 'Do caches keep away from personal data, and does the service keep its version to itself?',
  facts: 'cache-control of reads, and the banner',
  async ask(interview) {
    const names = personal.filter((name) => interview.http(name));
    const answers: Exchange[] = [];
    if (names.length > 0) {
      const host = await interview.users.open();
      const meetingId = await interview.openMeeting(host);
      for (const name of names)
        answers.push((await interview.perform(host, name, { meetingId })) as Exchange);
    }
    for (const answer of answers.filter(({ isAccepted }) => isAccepted)) {
      const control = answer.headers['cache-control'] ?? '';
      if (PRIVATE.test(control)) continue;
      const isPublic = PUBLIC.test(control);
      interview.note(
        isPublic ? 'personal-data-in-public-caches' : 'personal-data-without-cache-control',
        withHeader(answer, 'cache-control'),
      );
    }
    const first = answers[0] ?? (await interview.health());
    for (const name of ['x-powered-by', 'server']) {
      const value = first.headers[name];
      if (value !== undefined && (name === 'x-powered-by' || VERSION.test(value)))
        interview.note('server-banner', withHeader(first, name));
    }
  },
};

function withHeader({ sample, status, headers }: Exchange, name: string) {
  return { request: sample.request, answer: `${status}, ${name}: ${headers[name] ?? '(not sent)'}` };
}
