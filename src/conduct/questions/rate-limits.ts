import type { HttpOperation } from '../../meetings/contract/operation.ts';
import type { Exchange } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import { NotApplicable, Unanswered } from '../no-answer.ts';
import type { Question } from '../question.ts';
import type { User } from '../users.ts';

/** The reference contract allows 30 lists a minute. This also covers slightly higher limits. */
const CALLS = 64;
const AT_ONCE = 8;
/** More calls would load the service. */
const MOST_CALLS = 256;

export const rateLimits: Question = {
  id: 'rate-limits',
  question: 'Does a rate limit say when to come back, and is it each user’s own?',
  facts: 'one user reads until a call is limited',
  async ask(interview) {
    const operation = interview.http('meeting.list') ?? interview.http('meeting.get');
    if (!operation) throw new NotApplicable('the contract reads nothing over HTTP');
    const host = await interview.users.open();
    const meetingId = operation.name === 'meeting.list' ? undefined : await interview.openMeeting(host);
    const inWords = operation.name === 'meeting.list' ? 'lists' : `calls of ${operation.name}`;
    const read = async (user: User, remark?: string) => {
      const performing = { ...(meetingId === undefined ? {} : { meetingId }), remark, mayBeLimited: true };
      return (await interview.perform(user, operation.name, performing)) as Exchange;
    };
    const most = mostCalls(operation);
    const { allowed, refused } = await untilRefused(interview, most, read);
    if (!refused) throw new NotApplicable(`no limit was met in ${most} ${inWords} of one user`);
    noteHeaders(interview, refused, most);

    // If the first call is refused, the limit may not belong to this user, so its scope is unknown.
    if (!allowed)
      throw new Unanswered(`the service answered the first ${inWords} of a new user with ${refused.status}`);
    const other = await read(await interview.users.open(), 'another user, for the first time');
    if (interview.calls.isLimited(other)) interview.note('rate-limit-shared-by-users', other.sample);
  },
};

/** The number of calls that exceeds the limit of the contract. */
function mostCalls({ allowance }: HttpOperation): number {
  const beyond = Math.ceil(((allowance?.calls ?? 0) + 1) / AT_ONCE) * AT_ONCE;
  return Math.min(MOST_CALLS, Math.max(CALLS, beyond));
}

async function untilRefused(
  { users, calls }: Interview,
  most: number,
  read: (user: User) => Promise<Exchange>,
): Promise<{ allowed: boolean; refused?: Exchange }> {
  const user = await users.open();
  let allowed = false;
  for (let count = 0; count < most; count += AT_ONCE) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => read(user)));
    const refused = answers.find((answer) => calls.isLimited(answer));
    allowed ||= answers.some((answer) => !calls.isLimited(answer) && answer.status < 500);
    if (refused) return { allowed, refused };
  }
  return { allowed };
}

function noteHeaders(interview: Interview, { sent, status, headers }: Exchange, most: number): void {
  const names = Object.keys(headers);
  const sample = {
    request: `${sent.method} ${sent.path} (${most} times at most)`,
    answer: `${status}, ${names.join(', ')}`,
  };
  if (!names.includes('retry-after')) interview.note('rate-limit-without-retry-after', sample);
  if (!names.some((name) => /^(?:x-)?ratelimit\b/.test(name)))
    interview.note('rate-limit-without-headers', sample);
}
