import { createHmac } from 'node:crypto';

export const SECRET = 'secret of the service tests';

const inOneHour = () => Math.floor(Date.now() / 1000) + 3600;

/** Signs a JWT without a library, so that tests create good and forged tokens in the same way. */
export function signToken(
  claims: Record<string, unknown>,
  { secret = SECRET, alg = 'HS256' }: { secret?: string; alg?: string } = {},
): string {
  const unsigned = `${encode({ alg, typ: 'JWT' })}.${encode({ exp: inOneHour(), ...claims })}`;
  return `${unsigned}.${createHmac(alg === 'HS512' ? 'sha512' : 'sha256', secret)
    .update(unsigned)
    .digest('base64url')}`;
}

export function tokenOf(userId: string, secret = SECRET): string {
  return signToken({ userId, sub: userId, type: 'access' }, { secret });
}

/** A token with the algorithm `none` and without a signature. */
export function unsignedToken(claims: Record<string, unknown>): string {
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ exp: inOneHour(), ...claims })}.`;
}

function encode(part: object) {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
