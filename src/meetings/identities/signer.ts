import { createHmac, createPublicKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import type { JwtSpec } from './schema.ts';

export type Algorithm = NonNullable<JwtSpec['alg']>;
export type Claims = Readonly<Record<string, unknown>>;

/** Signs tokens with one key. */
export interface Signer {
  readonly alg: Algorithm;
  sign(claims: Claims): string | Promise<string>;
  /** Signs the same claims with another key of the same kind, which no service knows. */
  stranger(): Promise<Signer>;
  /** The public key as PEM, in the place of a secret: a service must not verify HS256 with it. */
  readonly publicKey?: string;
}

/**
 * HS256, HS384 and HS512. Without WebCrypto, synchronously: about 4 µs each, whereas jose uses
 * another thread.
 */
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

/** Algorithms with a private key. WebCrypto signs on other threads: the event loop goes on meanwhile. */
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

/** Asynchronous: an RSA key takes a tenth of a second and more. */
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
