import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Allowances, Group } from './allowances.ts';
import { CountedWindows } from './counted-windows.ts';

/** One hook per group, which its routes share; undefined means no limit. */
export type RateLimits = Record<Group, onRequestAsyncHookHandler | undefined>;

type Key = (request: FastifyRequest) => string;

/** Counts the calls of each user. */
export const byUser: Key = ({ userId }) => userId;

export class RateLimitExceeded extends Error {
  override readonly name = 'RateLimitExceeded';
}

/**
 * Rate limits with fixed windows per user, in memory. The hooks run after authentication, which identifies the user,
 * and before the body is read, so invalid calls also count.
 */
export async function rateLimits(
  app: FastifyInstance,
  allowances: Allowances,
  joinKey: Key,
): Promise<RateLimits> {
  await app.register(rateLimit, {
    global: false,
    store: CountedWindows,
    errorResponseBuilder: (_request, { after }) =>
      new RateLimitExceeded(`Too many requests, please try again in ${after}.`),
  });
  const hooks = Object.entries(allowances ?? {}).map(([group, { max, windowMs }]) => {
    const keyGenerator = group === 'join' ? joinKey : byUser;
    return [group, app.rateLimit({ max, timeWindow: windowMs, keyGenerator })];
  });
  return Object.fromEntries(hooks) as Partial<Record<Group, onRequestAsyncHookHandler>> as RateLimits;
}
