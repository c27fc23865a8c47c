import { createPrivateKey, type KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { UserError } from '../../kernel/errors.ts';
import { jsonIn } from '../../kernel/json.ts';
import { hideSecret } from '../../kernel/secrets.ts';
import { readText, UnreadableFile } from '../../kernel/text-file.ts';
import type { Algorithm } from './signer.ts';

export interface SigningKey {
  readonly alg: Algorithm;
  readonly key: KeyObject;
  readonly kid: string | undefined;
}

export interface Wanted {
  /** The path of a file below `folder`, or the key itself. */
  readonly key: string;
  readonly folder: string;
  readonly alg: Algorithm | undefined;
  readonly kid: string | undefined;
  /** The name of the key in messages: `JWT_KEY_FILE`, or its path. Never the key. */
  readonly called: string;
}

const WHERE = 'identity.jwt.key';
/** Much larger than any key set. */
const MOST_BYTES = 1024 * 1024;
const REMEDY = 'Give the path of a private key without a passphrase: PEM (PKCS8 or PKCS1), JWK or JWKS';

/** Why a key cannot be used; the text never contains the key. */
function refused(reason: string, cause?: unknown): UserError {
  return new UserError(`${WHERE}: ${reason}. ${REMEDY}.`, { cause });
}

/** Reads the private key that signs tokens. @throws {UserError} */
export function readKey(wanted: Wanted): SigningKey {
  const text = textOf(wanted);
  const { key, kid } = text.startsWith('{')
    ? fromJwk(text, wanted)
    : { key: fromPem(text, wanted), kid: wanted.kid };
  return { alg: algorithmOf(key, wanted), key, kid };
}

function textOf({ key, folder, called }: Wanted): string {
  if (/^\s*(?:-----BEGIN|\{)/.test(key)) {
    hideSecret(key.trim());
    return key.trim();
  }
  try {
    return readText(resolve(folder, key), MOST_BYTES).trim();
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    // A value that is not a path may be the key in another form, so messages must not contain it.
    const value = key.length > 200 || /\s/.test(key) ? 'the value given' : `"${key}"`;
    const shown = called === value ? value : `${value} (${called})`;
    const reason = cause.isMissing ? 'does not exist' : `cannot be read (${cause.message})`;
    throw refused(`${shown} ${reason}`, cause);
  }
}

function fromPem(text: string, { called }: Wanted): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (cause) {
    const reason = text.includes('PUBLIC KEY')
      ? 'is a public key, which cannot sign'
      : text.includes('ENCRYPTED')
        ? 'has a passphrase'
        : 'is not a private key';
    throw refused(`${called} ${reason}`, cause);
  }
}

type Jwk = Readonly<Record<string, unknown>>;

function fromJwk(text: string, { kid, called }: Wanted): Pick<SigningKey, 'key' | 'kid'> {
  const jwk = chosen(keysIn(text, called), kid, called);
  if (jwk.d === undefined) throw refused(`${called} is a public key, which cannot sign`);
  try {
    const key = createPrivateKey({ key: jwk as never, format: 'jwk' });
    return { key, kid: kid ?? (typeof jwk.kid === 'string' ? jwk.kid : undefined) };
  } catch (cause) {
    throw refused(`${called} is not a JWK of a private key`, cause);
  }
}

function keysIn(text: string, called: string): readonly Jwk[] {
  const read = jsonIn(text) as Jwk | undefined;
  if (read === undefined) throw refused(`${called} is not JSON`);
  return Array.isArray(read.keys) ? (read.keys as Jwk[]) : [read];
}

function chosen(keys: readonly Jwk[], kid: string | undefined, called: string): Jwk {
  const [only, another] = keys;
  if (only && !another && (only.kid === undefined || kid === undefined)) return only;
  const found = keys.find((one) => kid !== undefined && one.kid === kid);
  if (found) return found;
  const kids = keys.map((one) => String(one.kid ?? '(without kid)')).join(', ') || 'none';
  const rule = kid === undefined ? 'several keys' : `no key "${kid}"`;
  throw new UserError(`${WHERE}: ${called} has ${rule}. Set identity.jwt.kid to one of: ${kids}.`);
}

/** The algorithms that fit a key, by its kind and its curve as OpenSSL names them. */
const algorithms: Readonly<Record<string, readonly Algorithm[]>> = {
  rsa: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  'ec prime256v1': ['ES256'],
  'ec secp384r1': ['ES384'],
  'ec secp521r1': ['ES512'],
  ed25519: ['EdDSA'],
};

function algorithmOf(key: KeyObject, { alg, called }: Wanted): Algorithm {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const named = [key.asymmetricKeyType, namedCurve].filter(Boolean).join(' ');
  const kind = modulusLength === undefined ? named : `${named} ${modulusLength}`;
  const fitting = algorithms[named] ?? [];
  if (fitting.length === 0)
    throw new UserError(
      `${WHERE}: ${called} is a key of the kind "${kind}", which cannot sign tokens. Use RSA, EC (P-256, P-384, P-521) or Ed25519.`,
    );
  if (modulusLength !== undefined && modulusLength < 2048)
    throw new UserError(
      `${WHERE}: ${called} is an RSA key of ${modulusLength} bits. Use one of 2048 bits or more.`,
    );
  if (alg === undefined) return fitting[0]!;
  if (fitting.includes(alg)) return alg;
  throw new UserError(
    `identity.jwt.alg: ${alg} does not fit ${called}, which is a key of the kind "${kind}". Use ${fitting.join(', ')}, or another key.`,
  );
}
