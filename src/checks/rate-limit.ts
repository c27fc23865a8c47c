import { defineCheck, finding } from './check.ts';
import type { Piece } from './evidence.ts';

/**
 * Only `who` is rate limited, and each refusal names the time to wait. If the calls of one user use up the limit of
 * another, it is not a limit per user.
 */
export const limitIsPerUser = defineCheck(
  'each user has its own rate limit',
  (entries, { who }: { who: string }) => {
    const evidence: Piece[] = [];
    let count = 0;
    for (const entry of entries) {
      if (entry.type !== 'fail' || entry.outcome !== 'rate limited') continue;
      count += 1;
      const { retryAfter } = (entry.value ?? {}) as { retryAfter?: string };
      if (entry.who !== who)
        evidence.push({
          kind: `calls were rate limited by the calls of ${who}`,
          subject: entry.who,
          message: `${entry.who} was rate limited by the calls of ${who}`,
        });
      else if (!(Number(retryAfter) > 0))
        evidence.push({
          kind: 'refusals do not name the time to wait',
          message: `the time to wait for ${who} was "${retryAfter}"`,
        });
    }
    return finding({ count, one: 'rate-limited call' }, evidence);
  },
);
