import { createHmac, createPublicKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import type { JwtSpec } from './schema.ts';

export type Algorithm = NonNullable<JwtSpec['alg']>;
export type Claims = Readonly<Record<string, unknown>>;

export interface Signer {
  readonly alg: Algorithm;
  sign(claims: Claims): string | Promise<string>;
  /** A signer with another key of the same kind, which no service knows. */
  stranger(): Promise<Signer>;
  /** The public key as PEM. A service must not accept it as an HS256 secret. */
  readonly publicKey?: string;
}

/** Signs HS256, HS384 and HS512 synchronously, in about 4 µs each: jose would use another thread. */
export function hmacSigner(alg: Algorithm, secret: string, kid?: string): Signer {
  const header = base64url({ alg, typ: 'JWT', ...(kid === undefined ? {} : { kid }) });
  const hash = `sha${alg.slice(2)}`;
  return {
    alg,
    sign(claims) {
      const unsigned = `${header}.${base64url(claims)}`;
      return `${unsigned}.${createHmac(hash, secret).update(unsigned).digest('base64url')}`;
    },
    stranger: async () => hmacSigner(alg, randomBytes(32).toString('hex'), kid),
  };
}

/** Signs with a private key. WebCrypto signs on other threads and does not block the event loop. */
export function keySigner(alg: Algorithm, key: KeyObject, kid?: string): Signer {
  const header = { alg, typ: 'JWT', ...(kid === undefined ? {} : { kid }) };
  return {
    alg,
    sign: (claims) => new SignJWT({ ...claims }).setProtectedHeader(header).sign(key),
    stranger: async () => keySigner(alg, await keyLike(key), kid),
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string,
  };
}

export function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

const generate = promisify(generateKeyPair);

/** Generates a key asynchronously: an RSA key takes 0.1 s or more. */
async function keyLike(key: KeyObject): Promise<KeyObject> {
  const { modulusLength = 2048, namedCurve = 'P-256' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ec':
      return (await generate('ec', { namedCurve })).privateKey;
    case 'ed25519':
      return (await generate('ed25519')).privateKey;
    default:
      return (await generate('rsa', { modulusLength })).privateKey;
  }
}
