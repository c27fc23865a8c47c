import { createPrivateKey, type KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { UserError } from '../../kernel/errors.ts';
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
  /** How people know it: `JWT_KEY_FILE`, or its path. Never the key. */
  readonly called: string;
}

const WHERE = 'identity.jwt.key';
/** Many times what a set of keys has. */
const MOST_BYTES = 1024 * 1024;
const REMEDY = 'Give the path of a private key without a passphrase: PEM (PKCS8 or PKCS1), JWK or JWKS';

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
    // Something that is no path may be the key in another form, and does not belong into a message.
    const value = key.length > 200 || /\s/.test(key) ? 'the value given' : `"${key}"`;
    const shown = called === value ? value : `${value} (${called})`;
    const reason = cause.isMissing ? 'is no file' : `cannot be read (${cause.message})`;
    throw new UserError(`${WHERE}: ${shown} ${reason}. ${REMEDY}.`, { cause });
  }
}

function fromPem(text: string, { called }: Wanted): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (cause) {
    const reason = text.includes('PUBLIC KEY')
      ? 'is a public key, which signs nothing'
      : text.includes('ENCRYPTED')
        ? 'has a passphrase'
        : 'is no private key';
    throw new UserError(`${WHERE}: ${called} ${reason}. ${REMEDY}.`, { cause });
  }
}

type Jwk = Readonly<Record<string, unknown>>;

function fromJwk(text: string, { kid, called }: Wanted): Pick<SigningKey, 'key' | 'kid'> {
  const jwk = chosen(keysIn(text, called), kid, called);
  if (jwk.d === undefined)
    throw new UserError(`${WHERE}: ${called} is a public key, which signs nothing. ${REMEDY}.`);
  try {
    const key = createPrivateKey({ key: jwk as never, format: 'jwk' });
    return { key, kid: kid ?? (typeof jwk.kid === 'string' ? jwk.kid : undefined) };
  } catch (cause) {
    throw new UserError(`${WHERE}: ${called} is no JWK of a private key. ${REMEDY}.`, { cause });
  }
}

function keysIn(text: string, called: string): readonly Jwk[] {
  let read: { keys?: unknown } & Jwk;
  try {
    read = JSON.parse(text);
  } catch {
    // The error of JSON.parse quotes the key.
    throw new UserError(`${WHERE}: ${called} is no JSON. ${REMEDY}.`);
  }
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

/** Curves by the names of OpenSSL, which Node reports. */
const curves = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
} as const satisfies Record<string, Algorithm>;

function algorithmsOf(key: KeyObject): readonly Algorithm[] {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
    case 'ec': {
      const alg = curves[key.asymmetricKeyDetails?.namedCurve as keyof typeof curves];
      return alg === undefined ? [] : [alg];
    }
    case 'ed25519':
      return ['EdDSA'];
    default:
      return [];
  }
}

function algorithmOf(key: KeyObject, { alg, called }: Wanted): Algorithm {
  const fitting = algorithmsOf(key);
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const kind = [key.asymmetricKeyType, namedCurve ?? modulusLength]
    .filter((part) => part !== undefined)
    .join(' ');
  if (fitting.length === 0)
    throw new UserError(
      `${WHERE}: ${called} is a key of the kind "${kind}", which signs no tokens. Use RSA, EC (P-256, P-384, P-521) or Ed25519.`,
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
