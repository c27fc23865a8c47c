import { createHmac } from 'node:crypto';

/** Who a participant is to the service. */
export interface Identity {
  /** At most 36 characters: deployed services answer longer ones with a 500. */
  readonly userId: string;
  readonly token: string;
}

const HOUR_S = 3600;

/**
 * A user of its own with a token of its own: JWT, HS256 (RFC 7519, RFC 7515), with the claims that the service
 * asks for. `validForS` counts from now.
 */
export function identity(userId: string, secret: string, validForS = 24 * HOUR_S): Identity {
  if (userId.length > 36) throw new RangeError(`user id "${userId}" is longer than 36 characters`);
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = { userId, sub: userId, type: 'access', iat: issuedAt, exp: issuedAt + validForS };
  const unsigned = `${header}.${base64url(claims)}`;
  const signature = createHmac('sha256', secret).update(unsigned).digest('base64url');
  return { userId, token: `${unsigned}.${signature}` };
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = base64url({ alg: 'HS256', typ: 'JWT' });
