import jwt from '@fastify/jwt';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServiceError } from './errors.ts';

/** The width of the database column. A UUID fits. */
const USER_ID_MAX_LENGTH = 36;

/** The name of this service in a token's `aud`. */
export const AUDIENCE = 'meetings';

declare module 'fastify' {
  interface FastifyRequest {
    /** The calling user; empty on routes without a token. */
    userId: string;
  }
}

/** Returns the user id of a token. @throws {ServiceError} with a sentence of the contract */
export type Identify = (token: string | undefined) => string;

/** Returns the function that checks tokens for both HTTP and Socket.IO. */
export async function authentication(app: FastifyInstance, secret: string): Promise<Identify> {
  // Only HS256, because a token must not choose its own verification ("alg": "none").
  await app.register(jwt, { secret, verify: { algorithms: ['HS256'] } });
  app.decorateRequest('userId', '');

  return (token) => {
    if (!token) throw new ServiceError('AUTHENTICATION_REQUIRED');
    const { userId, type, aud } = verified(app, token);
    const isUsable = typeof userId === 'string' && userId.length > 0 && userId.length <= USER_ID_MAX_LENGTH;
    // PostgreSQL cannot store the NUL character. A refresh token gives no access.
    if (!isUsable || userId.includes('\0') || (type !== undefined && type !== 'access') || !isForUs(aud)) {
      throw new ServiceError('INVALID_TOKEN');
    }
    return userId;
  };
}

/** A service refuses a token whose audience does not include it (RFC 7519, 4.1.3). */
function isForUs(audience: unknown): boolean {
  return audience === undefined || [audience].flat().includes(AUDIENCE);
}

export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}

/** A hook that requires a token on all routes of its plugin. */
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
