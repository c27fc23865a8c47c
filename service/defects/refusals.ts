import { RateLimitExceeded } from '../rate-limits.ts';
import { isCall, type Parts } from './parts.ts';

const WINDOW_S = 900;

/** Answers as the rate limit does for a user who has no creation left. */
export function refuseToCreate({ app }: Parts): undefined {
  app.addHook('preHandler', async (request, reply) => {
    if (!isCall(request, 'POST ')) return;
    reply.header('x-ratelimit-remaining', 0).header('retry-after', WINDOW_S);
    throw new RateLimitExceeded('Too many requests, please try again in 15 minutes.');
  });
}
