import type { Exchange } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import { NotApplicable, type Question, Unanswered } from '../question.ts';

/** The contract allows 30 lists a minute; a service that is a little more generous is met as well. */
const CALLS = 64;
const AT_ONCE = 8;

export const rateLimits: Question = {
  id: 'rate-limits',
  question: 'Does a rate limit say when to come back, and is it each user’s own?',
  async ask(interview) {
    const { allowed, refused } = await untilRefused(interview);
    if (!refused) throw new NotApplicable(`no limit was met in ${CALLS} lists of one user`);
    const names = Object.keys(refused.headers);
    const sample = {
      request: `${refused.sent.method} ${refused.sent.path} (${CALLS} times at most)`,
      answer: `429, ${names.join(', ')}`,
    };
    if (!names.includes('retry-after')) interview.note('rate-limit-without-retry-after', sample);
    if (!names.some((name) => /^(?:x-)?ratelimit\b/.test(name)))
      interview.note('rate-limit-without-headers', sample);

    // Who never got an answer met no limit of their own, so nothing tells whose it is.
    if (!allowed) throw new Unanswered('the service answered the first lists of a new user with 429');
    const { token } = interview.newUser();
    const other = await interview.api('GET', '?limit=1', {
      token,
      mayBeLimited: true,
      remark: 'another user, for the first time',
    });
    if (other.status === 429) interview.note('rate-limit-shared-by-users', other.sample);
  },
};

async function untilRefused(interview: Interview): Promise<{ allowed: boolean; refused?: Exchange }> {
  const { token } = interview.newUser();
  let allowed = false;
  for (let calls = 0; calls < CALLS; calls += AT_ONCE) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => interview.api('GET', '?limit=1', { token, mayBeLimited: true })),
    );
    const refused = answers.find(({ status }) => status === 429);
    allowed ||= answers.some(({ status }) => status === 200);
    if (refused) return { allowed, refused };
  }
  return { allowed };
}
