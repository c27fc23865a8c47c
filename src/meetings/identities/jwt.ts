import { hideSecret } from '../../kernel/secrets.ts';
import { compileTemplate, compileText, type Template } from '../contract/expressions.ts';
import type { Account, Issued, Issuer, TokenFault } from './account.ts';
import { idOfRow } from './id-of-row.ts';
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
  const claims = claimsOf(spec, env);
  const issuer = new JwtIssuer(spec, signer, claims);
  // A key that cannot sign is noticed before any participant needs it.
  await signer.sign({});
  return issuer;
}

class JwtIssuer implements Issuer {
  readonly renewMs: number | undefined;
  readonly #signer: Signer;
  readonly #claims: (account: Account, userId: string) => Claims;
  readonly #validS: number;
  readonly #spec: JwtSpec;
  readonly #idOf: (account: Account) => string;

  constructor(spec: JwtSpec, signer: Signer, claims: (account: Account, userId: string) => Claims) {
    this.#spec = spec;
    this.#signer = signer;
    this.#claims = claims;
    this.#validS = Math.max(1, Math.floor((spec.expires ?? DEFAULT_EXPIRES_MS) / 1000));
    this.renewMs = spec.renew ?? (spec.expires === undefined ? undefined : spec.expires / 2);
    this.#idOf = spec.user === undefined ? ownId : idOfRow('identity.jwt.user', spec.user);
  }

  issue(account: Account): Issued | Promise<Issued> {
    const userId = this.#idOf(account);
    const claims = this.#claimsNow(account, userId);
    const token = this.#signer.sign(claims);
    if (typeof token === 'string') return { userId, token, claims };
    return token.then((signed) => ({ userId, token: signed, claims }));
  }

  async wrong(fault: TokenFault, account: Account, { userId }: Issued): Promise<Issued | undefined> {
    const claims = this.#claimsNow(account, userId);
    if (fault === 'long-user') return this.#withLongId(claims, userId);
    const token = await this.#wrongToken(fault, claims, userId);
    return token === undefined ? undefined : { userId, token };
  }

  describe(): string {
    const { secret, key } = this.#spec;
    const by = secret === undefined ? `the key of ${called(key!)}` : `${secretName(secret)}`;
    return `${this.#signer.alg} tokens signed with ${by}`;
  }

  #claimsNow(account: Account, userId: string): Record<string, unknown> {
    const iat = Math.floor(Date.now() / 1000);
    return { ...this.#claims(account, userId), iat, exp: iat + this.#validS };
  }

  async #withLongId(claims: Claims, userId: string): Promise<Issued | undefined> {
    const longId = userId.padEnd(LONGEST_ID + 12, 'x');
    const changed = Object.entries(claims).map(([name, value]) => [name, value === userId ? longId : value]);
    return { userId: longId, token: await this.#signer.sign(Object.fromEntries(changed)) };
  }

  async #wrongToken(
    fault: Exclude<TokenFault, 'long-user'>,
    claims: Record<string, unknown>,
    userId: string,
  ): Promise<string | undefined> {
    const sign = (changed: object) => this.#signer.sign({ ...claims, ...changed });
    const now = Math.floor(Date.now() / 1000);
    switch (fault) {
      case 'forged':
        return (await this.#signer.stranger()).sign(claims);
      case 'unsigned':
        return `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(claims)}.`;
      case 'public-key-as-secret': {
        const { publicKey } = this.#signer;
        return publicKey === undefined ? undefined : hmacSigner('HS256', publicKey).sign(claims);
      }
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
        return others.length === Object.keys(claims).length
          ? undefined
          : this.#signer.sign(Object.fromEntries(others));
      }
      case 'missing':
        return undefined;
    }
  }
}

function ownId({ name }: Account): string {
  if (name.length > LONGEST_ID)
    throw new RangeError(`user id "${name}" is longer than ${LONGEST_ID} characters`);
  return name;
}

function secretName(secret: NonNullable<JwtSpec['secret']>): string {
  // A secret that stands in the file itself is shown nowhere.
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

function claimsOf({ claims }: JwtSpec, env: Environment): (account: Account, userId: string) => Claims {
  if (claims === undefined) return (_, userId) => ({ userId, sub: userId, type: 'access' });
  const template = compileTemplate(claims, 'identity') as Template;
  return (account, userId) =>
    template({ env, user: userId, number: account.number, row: account.row }) as Claims;
}
