import type { Exchange } from '../exchange.ts';
import { record } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import type { Question } from '../question.ts';
import { faultInWords, faultyToken, tokenFaults } from '../tokens.ts';

/** Each token has one fault and names a user who exists; the finding says which user the service took the caller for. */
export const httpTokens: Question = {
  id: 'http-tokens',
  question: 'Does HTTP refuse a token that is not good?',
  async ask(interview) {
    const [host, guest] = [interview.newUser(), interview.newUser()];
    const meetingId = await interview.openMeeting(host);
    await interview.joinSurely(meetingId, guest);
    for (const fault of tokenFaults) {
      const token = faultyToken(fault, guest.userId, interview.options.jwtSecret);
      const remark = faultInWords[fault];
      const read = await interview.api('GET', `/${meetingId}`, { token, remark });
      if (read.isAccepted) {
        const caller = await takenFor(interview, meetingId, token);
        const { request, answer } = read.sample;
        interview.note(`http-accepts-${fault}-token`, { request, answer: `${caller}${answer}` });
      } else if (read.status >= 500) interview.note('http-refuses-token-with-5xx', read.sample);
      else if (read.status !== 401) interview.note('http-refuses-token-without-401', read.sample);
    }
  },
};

/** Whom the service takes the caller for: the user whose seat it answers a join with. */
async function takenFor(interview: Interview, meetingId: string, token: string | undefined): Promise<string> {
  const joined: Exchange = await interview.api('POST', `/${meetingId}/join`, {
    token,
    body: {},
    mayBeLimited: true,
  });
  const userId = record(joined.data?.participant)?.userId;
  if (!joined.isAccepted || typeof userId !== 'string') return '';
  if (token !== undefined) interview.willLeave(meetingId, token);
  return `the service takes the caller for "${userId}": `;
}
