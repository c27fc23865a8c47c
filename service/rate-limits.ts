import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Allowances, Group } from './allowances.ts';

/** One hook per group; routes that share an allowance share the hook. Undefined: no limit. */
export type RateLimits = Record<Group, onRequestAsyncHookHandler | undefined>;

/** The users whose calls one group counts at a time; the oldest are dropped first. */
const COUNTED_USERS = 100_000;

type Key = (request: FastifyRequest) => string;

/** By whom the calls are counted. */
export const byUser: Key = ({ userId }) => userId;

export class RateLimitExceeded extends Error {
  override readonly name = 'RateLimitExceeded';
}

/**
 * Fixed windows per user, kept in memory. The hooks run before the body is read, so invalid calls count too,
 * and after authentication, which names the user.
 */
export async function rateLimits(
  app: FastifyInstance,
  allowances: Allowances,
  joinKey: Key,
): Promise<RateLimits> {
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new RateLimitExceeded(`Too many requests, please try again in ${after}.`),
  });
  const hooks = Object.entries(allowances ?? {}).map(([group, { max, windowMs }]) => {
    const keyGenerator = group === 'join' ? joinKey : byUser;
    return [group, app.rateLimit({ max, timeWindow: windowMs, cache: COUNTED_USERS, keyGenerator })];
  });
  return Object.fromEntries(hooks) as Partial<Record<Group, onRequestAsyncHookHandler>> as RateLimits;
}
