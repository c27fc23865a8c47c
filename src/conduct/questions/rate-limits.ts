import type { HttpOperation } from '../../meetings/contract/operation.ts';
import type { Exchange } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import { NotApplicable, type Question, Unanswered } from '../question.ts';
import type { User } from '../users.ts';

/** The reference contract allows 30 lists a minute; a service that is a little more generous is met as well. */
const CALLS = 64;
const AT_ONCE = 8;
/** More would load the service. */
const MOST_CALLS = 256;

export const rateLimits: Question = {
  id: 'rate-limits',
  question: 'Does a rate limit say when to come back, and is it each user’s own?',
  async ask(interview) {
    const operation = interview.http('meeting.list') ?? interview.http('meeting.get');
    if (!operation) throw new NotApplicable('the contract reads nothing over HTTP');
    const host = await interview.newUser();
    const meetingId = operation.name === 'meeting.list' ? undefined : await interview.openMeeting(host);
    const read: Read = { operation, meetingId, calls: callsFor(operation) };
    const { allowed, refused } = await untilRefused(interview, read);
    if (!refused)
      throw new NotApplicable(`no limit was met in ${read.calls} ${inWords(operation)} of one user`);
    const names = Object.keys(refused.headers);
    const sample = {
      request: `${refused.sent.method} ${refused.sent.path} (${read.calls} times at most)`,
      answer: `${refused.status}, ${names.join(', ')}`,
    };
    if (!names.includes('retry-after')) interview.note('rate-limit-without-retry-after', sample);
    if (!names.some((name) => /^(?:x-)?ratelimit\b/.test(name)))
      interview.note('rate-limit-without-headers', sample);

    // Who never got an answer met no limit of their own, so nothing tells whose it is.
    if (!allowed)
      throw new Unanswered(
        `the service answered the first ${inWords(operation)} of a new user with ${refused.status}`,
      );
    const remark = 'another user, for the first time';
    const other = await once(interview, read, remark);
    if (interview.isLimited(other)) interview.note('rate-limit-shared-by-users', other.sample);
  },
};

interface Read {
  readonly operation: HttpOperation;
  readonly meetingId: string | undefined;
  readonly calls: number;
}

/** Beyond what the contract allows. */
function callsFor({ allowance }: HttpOperation): number {
  const beyond = Math.ceil(((allowance?.calls ?? 0) + 1) / AT_ONCE) * AT_ONCE;
  return Math.min(MOST_CALLS, Math.max(CALLS, beyond));
}

function inWords({ name }: HttpOperation): string {
  return name === 'meeting.list' ? 'lists' : `calls of ${name}`;
}

async function once(interview: Interview, read: Read, remark?: string): Promise<Exchange> {
  return askAs(interview, await interview.newUser(), read, remark);
}

async function askAs(
  interview: Interview,
  user: User,
  { operation, meetingId }: Read,
  remark?: string,
): Promise<Exchange> {
  const asked = { ...(meetingId === undefined ? {} : { meetingId }), remark, mayBeLimited: true };
  return (await interview.perform(user, operation.name, asked)) as Exchange;
}

async function untilRefused(
  interview: Interview,
  read: Read,
): Promise<{ allowed: boolean; refused?: Exchange }> {
  const user = await interview.newUser();
  let allowed = false;
  for (let calls = 0; calls < read.calls; calls += AT_ONCE) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => askAs(interview, user, read)));
    const refused = answers.find((answer) => interview.isLimited(answer));
    allowed ||= answers.some((answer) => !interview.isLimited(answer) && answer.status < 500);
    if (refused) return { allowed, refused };
  }
  return { allowed };
}
