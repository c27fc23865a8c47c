import { assertNever } from '../../kernel/errors.ts';
import { hideSecret } from '../../kernel/secrets.ts';
import { compileTemplate, compileText, type Template } from '../expressions.ts';
import type { Account, Issuer, TokenFault } from './account.ts';
import { idOfRow } from './accounts.ts';
import { readKey } from './key.ts';
import type { JwtSpec } from './schema.ts';
import { base64url, type Claims, hmacSigner, keySigner, type Signer } from './signer.ts';
import { called, type Environment, textFrom } from './written.ts';

const HOUR_S = 3600;
const DEFAULT_EXPIRES_MS = 24 * HOUR_S * 1000;
/** Longer ids make some deployed services answer 500. */
const LONGEST_ID = 36;

/** Signs tokens with a secret or a private key that the service trusts. */
export async function jwtIssuer(spec: JwtSpec, env: Environment, folder: string): Promise<Issuer> {
  const signer = signerOf(spec, env, folder);
  const claimsOf = compileClaims(spec, env);
  const idOf = spec.user === undefined ? ownId : idOfRow('identity.jwt.user', spec.user);
  const validS = Math.max(1, Math.floor((spec.expires ?? DEFAULT_EXPIRES_MS) / 1000));
  const claimsNow = (account: Account, userId: string) => {
    const iat = Math.floor(Date.now() / 1000);
    return { ...claimsOf(account, userId), iat, exp: iat + validS };
  };
  // Detects a key that cannot sign before any participant needs it.
  await signer.sign({});
  return {
    renewMs: spec.renew ?? (spec.expires === undefined ? undefined : spec.expires / 2),
    describe: () => `${signer.alg} tokens signed with ${signedBy(spec)}`,
    issue(account) {
      const userId = idOf(account);
      const claims = claimsNow(account, userId);
      const token = signer.sign(claims);
      if (typeof token === 'string') return { userId, token, claims };
      return token.then((signed) => ({ userId, token: signed, claims }));
    },
    async wrong(fault, account, { userId }) {
      const claims = claimsNow(account, userId);
      const wrongId = fault === 'long-user' ? userId.padEnd(LONGEST_ID + 12, 'x') : userId;
      const token = await wrongToken(fault, signer, { claims, userId, wrongId });
      return token === undefined ? undefined : { userId: wrongId, token };
    },
  };
}

interface WrongUser {
  readonly claims: Claims;
  readonly userId: string;
  readonly wrongId: string;
}

async function wrongToken(
  fault: TokenFault,
  signer: Signer,
  { claims, userId, wrongId }: WrongUser,
): Promise<string | undefined> {
  const sign = (changed: object) => signer.sign({ ...claims, ...changed });
  const now = Math.floor(Date.now() / 1000);
  switch (fault) {
    case 'forged':
      return (await signer.stranger()).sign(claims);
    case 'unsigned':
      return `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(claims)}.`;
    case 'public-key-as-secret':
      return signer.publicKey === undefined ? undefined : hmacSigner('HS256', signer.publicKey).sign(claims);
    case 'expired':
      return sign({ iat: now - 2 * HOUR_S, exp: now - HOUR_S });
    case 'garbage':
      return 'not-a-token';
    case 'wrong-type':
      return 'type' in claims ? sign({ type: 'refresh' }) : undefined;
    case 'wrong-audience':
      return sign({ aud: 'https://another-service.example' });
    case 'without-user': {
      const others = Object.entries(claims).filter(([, value]) => value !== userId);
      const hasUser = others.length < Object.keys(claims).length;
      return hasUser ? signer.sign(Object.fromEntries(others)) : undefined;
    }
    case 'long-user': {
      const all = Object.entries(claims).map(([name, value]) => [name, value === userId ? wrongId : value]);
      return signer.sign(Object.fromEntries(all));
    }
    case 'missing':
      return undefined;
    default:
      return assertNever(fault);
  }
}

function ownId({ name }: Account): string {
  if (name.length > LONGEST_ID)
    throw new RangeError(`user id "${name}" is longer than ${LONGEST_ID} characters`);
  return name;
}

function signedBy({ secret, key }: JwtSpec): string {
  if (secret === undefined) return `the key of ${called(key!)}`;
  // A secret that is written in the file is never shown.
  const name = called(secret);
  return name.startsWith('"') ? 'the secret of the contract file' : name;
}

function signerOf({ alg, secret, key, kid }: JwtSpec, env: Environment, folder: string): Signer {
  const keyId = kid === undefined ? undefined : compileText(kid, 'identity')({ env }) || undefined;
  if (secret !== undefined) {
    const rule = 'the secret with which the service verifies tokens';
    const value = textFrom('identity.jwt.secret', secret, env, rule);
    hideSecret(value);
    return hmacSigner(alg ?? 'HS256', value, keyId);
  }
  const written = key!;
  const path = textFrom('identity.jwt.key', written, env, 'the path of a private key');
  const read = readKey({ key: path, folder, alg, kid: keyId, called: called(written) });
  return keySigner(read.alg, read.key, read.kid);
}

function compileClaims({ claims }: JwtSpec, env: Environment): (account: Account, userId: string) => Claims {
  if (claims === undefined) return (_, userId) => ({ userId, sub: userId, type: 'access' });
  const template = compileTemplate(claims, 'identity') as Template;
  return (account, userId) =>
    template({ env, user: userId, number: account.number, row: account.row }) as Claims;
}
