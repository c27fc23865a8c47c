import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Allowance, Config } from './config.ts';

type Group = keyof NonNullable<Config['allowances']>;

/** One hook per group; routes that share an allowance share the hook. Undefined: no limit. */
export type RateLimits = Record<Group, onRequestAsyncHookHandler | undefined>;

/** The users that one group remembers at a time; the oldest are forgotten first. */
const REMEMBERED_USERS = 100_000;

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
  allowances: Config['allowances'],
  joinKey: Key,
): Promise<RateLimits> {
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new RateLimitExceeded(`Too many requests, please try again in ${after}.`),
  });
  const limit = (allowance: Allowance | undefined, keyGenerator = byUser) => {
    if (!allowance) return undefined;
    const { max, windowMs } = allowance;
    const options = { max, timeWindow: windowMs, cache: REMEMBERED_USERS, keyGenerator };
    return app.rateLimit(options) as onRequestAsyncHookHandler;
  };
  return {
    create: limit(allowances?.create),
    list: limit(allowances?.list),
    read: limit(allowances?.read),
    join: limit(allowances?.join, joinKey),
    leave: limit(allowances?.leave),
    hand: limit(allowances?.hand),
    control: limit(allowances?.control),
    quality: limit(allowances?.quality),
  };
}
