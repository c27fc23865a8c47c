import { randomBytes, randomInt } from 'node:crypto';
import { hideSecret } from '../../kernel/secrets.ts';
import type { Issued, TokenFault } from './account.ts';
import { base64url } from './signer.ts';
import { claimsIn } from './written.ts';

/** Tokens and cookies from the service or from a command: the harness has no key to make others. */

/**
 * The tokens that are kept out of reports at a time. Each hidden secret costs time with every text, and a run of hours
 * gets new tokens all the time; texts with an older token were redacted when they arrived.
 */
const MOST_TOKENS = 10_000;

/** Shows each hidden token again; the token that was issued the longest time ago is first. */
const hiddenTokens = new Map<string, () => void>();

/** Keeps a token out of reports. Texts that look like a JWT are always redacted. */
export function hideToken(token: string | undefined): void {
  if (token === undefined || token.startsWith('eyJ')) return;
  const known = hiddenTokens.get(token);
  hiddenTokens.delete(token);
  hiddenTokens.set(token, known ?? hideSecret(token));
  if (hiddenTokens.size <= MOST_TOKENS) return;
  const [oldest, show] = hiddenTokens.entries().next().value!;
  show();
  hiddenTokens.delete(oldest);
}

/** A faulty token that needs no key; undefined if the key is needed. */
export function wrongForeign(fault: TokenFault, right: Issued): Issued | undefined {
  const { userId, token, cookies } = right;
  if (token !== undefined) {
    const wrong = wrongToken(fault, token);
    return wrong === undefined ? undefined : { ...right, token: wrong };
  }
  if (!cookies || Object.keys(cookies).length === 0) return undefined;
  const make = fault === 'forged' ? sameForm : fault === 'garbage' ? () => 'not-a-session' : undefined;
  if (!make) return undefined;
  return {
    userId,
    cookies: Object.fromEntries(Object.entries(cookies).map(([name, value]) => [name, make(value)])),
  };
}

function wrongToken(fault: TokenFault, token: string): string | undefined {
  const isJwt = claimsIn(token) !== undefined;
  if (fault === 'garbage') return 'not-a-token';
  if (fault === 'forged') return isJwt ? withOtherSignature(token) : sameForm(token);
  if (fault === 'unsigned' && isJwt)
    return `${base64url({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`;
  return undefined;
}

function withOtherSignature(token: string): string {
  const [header, claims, signature = ''] = token.split('.');
  const length = Math.max(32, Buffer.from(signature, 'base64url').length);
  return `${header}.${claims}.${randomBytes(length).toString('base64url')}`;
}

const HEX = /^[\da-f-]+$/i;

/** The same length, with letters and digits in the same places: only a lookup detects it. */
function sameForm(text: string): string {
  const letters = HEX.test(text) ? 'abcdef' : 'abcdefghijklmnopqrstuvwxyz';
  const one = (of: string) => of[randomInt(of.length)]!;
  const made = text
    .replace(/[a-z]/g, () => one(letters))
    .replace(/[A-Z]/g, () => one(letters).toUpperCase())
    .replace(/\d/g, () => one('0123456789'));
  return made === text ? `${text}0` : made;
}
