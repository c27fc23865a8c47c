import jwt from '@fastify/jwt';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServiceError } from './errors.ts';

/** The database column's width; a UUID fits. */
const USER_ID_MAX_LENGTH = 36;

/** The name of this service in a token's `aud`. */
export const AUDIENCE = 'meetings';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; empty on routes that need no token. */
    userId: string;
  }
}

/** Turns a token into the id of its user. @throws {ServiceError} with the contract's three sentences */
export type Identify = (token: string | undefined) => string;

/** HTTP and Socket.IO accept the same tokens by this one function. */
export async function authentication(app: FastifyInstance, secret: string): Promise<Identify> {
  // Pinned to HS256: a token must not choose how it is verified ("alg": "none").
  await app.register(jwt, { secret, verify: { algorithms: ['HS256'] } });
  app.decorateRequest('userId', '');

  return (token) => {
    if (!token) throw new ServiceError('AUTHENTICATION_REQUIRED');
    const { userId, type, aud } = verified(app, token);
    const isUsable = typeof userId === 'string' && userId.length > 0 && userId.length <= USER_ID_MAX_LENGTH;
    // PostgreSQL cannot store the NUL character; a refresh token opens nothing.
    if (!isUsable || userId.includes('\0') || (type !== undefined && type !== 'access') || !isForUs(aud)) {
      throw new ServiceError('INVALID_TOKEN');
    }
    return userId;
  };
}

/** A token that names its audience is refused by everybody else (RFC 7519, 4.1.3). */
function isForUs(audience: unknown): boolean {
  return audience === undefined || [audience].flat().includes(AUDIENCE);
}

export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}

/** The hook that guards all routes of the plugin in which it is registered. */
export function requireUser(identify: Identify) {
  return async (request: FastifyRequest) => {
    request.userId = identify(bearerToken(request.headers.authorization));
  };
}

function verified(app: FastifyInstance, token: string): Record<string, unknown> {
  try {
    return app.jwt.verify<Record<string, unknown>>(token);
  } catch {
    throw new ServiceError('AUTHENTICATION_FAILED');
  }
}
