import type { Interview } from '../interview.ts';
import { NotApplicable, Unanswered } from '../no-answer.ts';
import type { Question } from '../question.ts';
import { rowsIn, userIn } from '../reaction.ts';
import { type Faulty, faultyUsers, noteFault } from '../tokens.ts';
import type { User } from '../users.ts';

/** The question uses the first operation that needs a token. */
const tried = ['meeting.get', 'meeting.list', 'meeting.join', 'network.report', 'hand.raise'];

/**
 * Each token has one fault and names an existing user. The finding names the user that the service took for the caller.
 */
export const httpTokens: Question = {
  id: 'http-tokens',
  question: 'Does HTTP refuse a token that is not good?',
  facts: 'forged, unsigned, expired, missing, and each other fault that can be made',
  async ask(interview) {
    const [host, guest] = [await interview.users.open(), await interview.users.open()];
    const shown = ({ identity: { headers, query } }: User) => [headers, query];
    const faulty = await faultyUsers(interview, guest, shown, 'over HTTP');
    const names = tried.filter((name) => interview.http(name));
    if (names.length === 0)
      throw new NotApplicable(`the contract has no call over HTTP of: ${tried.join(', ')}`);
    const meetingId = await interview.openMeeting(host);
    await interview.joinSurely(meetingId, guest);
    const guarded = await guardedFor(interview, { names, meetingId, guest, faulty });
    if (guarded === undefined) throw new NotApplicable('the calls of the contract over HTTP are public');
    for (const one of faulty) await tryFault(interview, guarded, meetingId, one);
  },
};

/** The operation that shows whether the service checks tokens. */
async function guardedFor(
  interview: Interview,
  { names, meetingId, guest, faulty }: { names: string[]; meetingId: string; guest: User; faulty: Faulty[] },
): Promise<string | undefined> {
  const { user, remark } = faulty.find(({ fault }) => fault === 'missing')!;
  let first: string | undefined;
  for (const name of names) {
    const good = await interview.perform(guest, name, { meetingId });
    if (!good.isAccepted) continue;
    first ??= name;
    const without = await interview.perform(user, name, { meetingId, remark });
    if (without.isAccepted && name === 'meeting.join') interview.willLeave(meetingId, user);
    // A roster is personal data. Other reads may be public.
    if (!without.isAccepted || rowsIn(without)?.length) return name;
  }
  if (first === undefined) throw new Unanswered('the service refused good tokens');
  return names.includes('meeting.join') ? first : undefined;
}

async function tryFault(interview: Interview, name: string, meetingId: string, one: Faulty): Promise<void> {
  const { user, remark } = one;
  const answer = await interview.perform(user, name, { meetingId, remark });
  if (answer.isAccepted) {
    const caller = await takenFor(interview, meetingId, user);
    const { sample } = answer;
    noteFault(interview, 'http', one, { ...sample, answer: `${caller}${sample.answer}` });
    return;
  }
  const { status } = answer.values as { status: number };
  if (status >= 500) interview.note('http-refuses-token-with-5xx', answer.sample);
  else if (status !== 401) interview.note('http-refuses-token-without-401', answer.sample);
}

/** The user that the service takes for the caller, from the answer to a join. */
async function takenFor(interview: Interview, meetingId: string, user: User): Promise<string> {
  if (!interview.http('meeting.join')) return '';
  const joined = await interview.perform(user, 'meeting.join', { meetingId, mayBeLimited: true });
  const userId = userIn(joined);
  if (!joined.isAccepted || userId === undefined) return '';
  interview.willLeave(meetingId, user);
  return `the service takes the caller for "${userId}": `;
}
