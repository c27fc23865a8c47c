import type { FastifyInstance } from 'fastify';
import { AUDIENCE, type Identify } from '../../auth.ts';
import type { Parts } from '../parts.ts';

/** The faults of a token, each with the last part of its defect's name. */
const FAULTS = {
  'forged-tokens': 'forged',
  'unsigned-tokens': 'unsigned',
  'expired-tokens': 'expired',
  'missing-tokens': 'missing',
  'garbage-tokens': 'garbage',
  'wrong-type': 'type',
  'wrong-audience': 'audience',
} as const;

type FaultName = keyof typeof FAULTS;
type TokenFault = (typeof FAULTS)[FaultName];

type Claims = { userId?: unknown; type?: unknown; aud?: unknown };

/** The user of all tokens that cannot be verified. */
const DEFAULT_USER = 'default-user';

type TokenDefect = `${'http' | 'socket'}-${FaultName}`;
type Overlooking = (parts: Parts) => Partial<Parts>;

/** HTTP, or the socket, accepts tokens with exactly one kind of fault. */
export const tokenDefects = Object.fromEntries(
  Object.entries(FAULTS).flatMap(([name, fault]): [string, [Overlooking]][] => [
    [
      `http-${name}`,
      [({ app, identifyOverHttp: sound }) => ({ identifyOverHttp: overlooking(app, fault, sound) })],
    ],
    [
      `socket-${name}`,
      [({ app, identifyOnSocket: sound }) => ({ identifyOnSocket: overlooking(app, fault, sound) })],
    ],
  ]),
) as Record<TokenDefect, [Overlooking]>;

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
