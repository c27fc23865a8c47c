import { type Check, finding } from './check.ts';
import type { Piece } from './evidence.ts';

/**
 * Only `who` is rate limited, and is told each time when to come back: a limit per user that another user's calls use
 * up is a limit per something else.
 */
export function limitIsPerUser(who: string): Check {
  return (entries) => {
    const evidence: Piece[] = [];
    let count = 0;
    for (const entry of entries) {
      if (entry.type !== 'fail' || entry.outcome !== 'rate limited') continue;
      count += 1;
      const { retryAfter } = (entry.value ?? {}) as { retryAfter?: string };
      if (entry.who !== who)
        evidence.push({
          what: `calls were rate limited by the calls of ${who}`,
          who: entry.who,
          says: `${entry.who} was rate limited by the calls of ${who}`,
        });
      else if (!(Number(retryAfter) > 0))
        evidence.push({
          what: 'refusals name no time to wait',
          says: `${who} was told "${retryAfter}" as the time to wait`,
        });
    }
    return finding(
      'the rate limit is each user’s own',
      { count, at: 'rate-limited calls', one: 'rate-limited call' },
      evidence,
    );
  };
}
