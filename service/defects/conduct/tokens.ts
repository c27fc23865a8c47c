import type { FastifyInstance } from 'fastify';
import { AUDIENCE, type Identify } from '../../auth.ts';
import type { Parts } from '../parts.ts';

/** What is wrong with a token; each defect overlooks one of them and no other. */
export type TokenFault = 'missing' | 'garbage' | 'unsigned' | 'forged' | 'expired' | 'type' | 'audience';

type Claims = { userId?: unknown; type?: unknown; aud?: unknown };

/** The user of all tokens that cannot be verified. */
const DEFAULT_USER = 'default-user';

/** HTTP takes a token with this fault for a good one. */
export function overlookOverHttp(fault: TokenFault) {
  return ({ app, identifyOverHttp }: Parts): Partial<Parts> => ({
    identifyOverHttp: overlooking(app, fault, identifyOverHttp),
  });
}

/** Socket.IO takes a token with this fault for a good one. */
export function overlookOnSockets(fault: TokenFault) {
  return ({ app, identifyOnSocket }: Parts): Partial<Parts> => ({
    identifyOnSocket: overlooking(app, fault, identifyOnSocket),
  });
}

function overlooking(app: FastifyInstance, fault: TokenFault, identify: Identify): Identify {
  return (token) => {
    try {
      return identify(token);
    } catch (error) {
      if (faultOf(app, token) !== fault) throw error;
      const userId = decoded(app, token ?? '')?.userId;
      return typeof userId === 'string' ? userId : DEFAULT_USER;
    }
  };
}

function faultOf(app: FastifyInstance, token: string | undefined): TokenFault | undefined {
  if (!token) return 'missing';
  const claims = decoded(app, token);
  if (!claims) return 'garbage';
  if (/\.$/.test(token)) return 'unsigned';
  if (!isVerified(app, token, { ignoreExpiration: true })) return 'forged';
  if (!isVerified(app, token, {})) return 'expired';
  if (claims.type !== undefined && claims.type !== 'access') return 'type';
  return claims.aud !== undefined && claims.aud !== AUDIENCE ? 'audience' : undefined;
}

function decoded(app: FastifyInstance, token: string): Claims | undefined {
  try {
    return app.jwt.decode<Claims>(token) ?? undefined;
  } catch {
    return undefined;
  }
}

function isVerified(app: FastifyInstance, token: string, options: { ignoreExpiration?: boolean }): boolean {
  try {
    app.jwt.verify(token, options);
    return true;
  } catch {
    return false;
  }
}
