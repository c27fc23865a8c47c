import { createHmac, randomBytes } from 'node:crypto';
import { type Identity, identity } from '../meetings/identity.ts';

const HOUR_S = 3600;

/** What is wrong with a token, in the order in which it is tried. */
export const tokenFaults = [
  'forged',
  'unsigned',
  'expired',
  'missing',
  'garbage',
  'wrong-type',
  'wrong-audience',
] as const;
export type TokenFault = (typeof tokenFaults)[number];

export const faultInWords: Readonly<Record<TokenFault, string>> = {
  forged: 'a token signed with a wrong secret',
  unsigned: 'a token with alg "none" and no signature',
  expired: 'an expired token',
  missing: 'no token',
  garbage: 'a token that is not a JWT',
  'wrong-type': 'a token of type "refresh"',
  'wrong-audience': 'a token for the audience of another service',
};

/** A user whom nobody has seen before: 32 characters, and the operator sees who made it. */
export function newIdentity(secret: string): Identity {
  return identity(`conduct-${randomBytes(12).toString('hex')}`, secret);
}

/** A token in the name of the user with exactly one fault; undefined for none at all. */
export function faultyToken(fault: TokenFault, userId: string, secret: string): string | undefined {
  const now = Math.floor(Date.now() / 1000);
  const claims = { userId, sub: userId, type: 'access', iat: now - 60, exp: now + HOUR_S };
  switch (fault) {
    case 'forged':
      return signed(claims, randomBytes(32).toString('hex'));
    case 'unsigned':
      return `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(claims)}.`;
    case 'expired':
      return signed({ ...claims, iat: now - 2 * HOUR_S, exp: now - HOUR_S }, secret);
    case 'missing':
      return undefined;
    case 'garbage':
      return 'not-a-token';
    case 'wrong-type':
      return signed({ ...claims, type: 'refresh' }, secret);
    case 'wrong-audience':
      return signed({ ...claims, aud: 'https://another-service.example' }, secret);
  }
}

/** Signed as `identity` signs, with any claims. */
export function signed(claims: object, secret: string): string {
  const unsigned = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
