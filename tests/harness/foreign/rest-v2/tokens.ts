import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import type { Keys } from './keys.ts';
import { Refused } from './refused.ts';

const AUDIENCE = 'meet';
const LONGEST_USER = 64;

/** @returns the user of a token @throws {Refused} 401 for every bad token */
export type ReadToken = (token: unknown) => Promise<string>;

export function tokenReader({ jwks }: Keys): ReadToken {
  const keySet = createLocalJWKSet({ keys: jwks.keys.map((key) => ({ ...key, kty: 'RSA' })) });
  return read(async (token) => {
    const { payload } = await jwtVerify(token, keySet, {
      algorithms: ['RS256'],
      audience: AUDIENCE,
      requiredClaims: ['sub', 'exp'],
    });
    return payload;
  });
}

/** The defect: checks everything except the signature. */
export const careless: ReadToken = read(async (token) => {
  const [{ alg }, claims] = [decodeProtectedHeader(token), decodeJwt(token)];
  const isGood = alg === 'RS256' && claims.aud === AUDIENCE && (claims.exp ?? 0) * 1000 > Date.now();
  if (!isGood) throw new Error('refused');
  return claims;
});

function read(claimsOf: (token: string) => Promise<JWTPayload>): ReadToken {
  return async (token) => {
    if (typeof token !== 'string' || token === '')
      throw new Refused(401, 'NO_TOKEN', 'A bearer token is needed.', challenge);
    const claims = await claimsOf(token).catch(() => {
      throw new Refused(401, 'BAD_TOKEN', 'The token is not valid for this service.', challenge);
    });
    const { sub, type = 'access' } = claims;
    if (typeof sub !== 'string' || sub === '' || sub.length > LONGEST_USER || type !== 'access')
      throw new Refused(401, 'BAD_TOKEN', 'The token names no user of this service.', challenge);
    return sub;
  };
}

const challenge = { 'www-authenticate': 'Bearer' };

export function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
}
