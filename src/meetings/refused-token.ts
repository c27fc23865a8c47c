import { UserError } from '../kernel/errors.ts';
import { jsonIn } from '../kernel/json.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { Answer } from './answer.ts';
import type { Contract } from './contract/contract.ts';
import { REFERENCE_SOURCE } from './contract/load.ts';
import type { Tap } from './side-user.ts';

interface Refusing {
  readonly url: string;
  readonly contract: Contract;
}

/** Keeps the message with which the service refuses a token: a recorded cause has no room for it. */
export class RefusedCalls implements Tap {
  refusal = '';

  called(...[, , , status, text]: Parameters<Tap['called']>): void {
    if (status === 401) this.refusal = messageIn(text);
  }
}

/** A refusal with one of these words is about the user and its token, not, for example, about a limit. */
const ABOUT_TOKENS =
  /auth|token|jwt|secret|signature|credential|session|log ?in|sign|forbidden|expired|user/i;

/** @throws {UserError} if the first call shows that no call of a user can succeed */
export function refuseUnlessAccepted(refusing: Refusing, { outcome }: Answer, message: string): void {
  if (outcome === 'http 401')
    throw wrongSecret(
      refusing,
      `HTTP refused the token (401)${message === '' ? '' : `, with the message "${message}"`}`,
    );
  if (outcome === 'http 404')
    throw new UserError(
      `The service at ${refusing.url} has no ${refusing.contract.service.base} (404). Check that it is a meetings service.`,
    );
}

/** @throws {UserError} if the socket refused the connection because of the token */
export function refuseUnlessConnected(refusing: Refusing, outcome: Answer['outcome'], message: string): void {
  if (outcome === 'denied' && ABOUT_TOKENS.test(message))
    throw wrongSecret(refusing, `the socket refused the token, with the message "${message}"`);
}

function wrongSecret({ url, contract }: Refusing, what: string): UserError {
  return new UserError(
    contract.source === REFERENCE_SOURCE
      ? `JWT_SECRET does not match the service at ${url}: ${what}. Set JWT_SECRET to the secret with which the service verifies tokens.`
      : `The identity of the contract "${contract.source}" does not match the service at ${url}: ${what}. See \`identity\` and \`send\` there.`,
  );
}

const LONGEST_MESSAGE = 160;

/** The text of a refusal for a message: the service's message with its code, or its first line. */
export function messageIn(text: string): string {
  return withoutSecrets(wordsIn(text)).replace(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE);
}

function wordsIn(text: string): string {
  const body = jsonIn(text);
  if (typeof body !== 'object' || body === null)
    return text.trimStart().startsWith('<') ? '' : text.trim().split('\n', 1)[0]!;
  const { error, code, message, detail, title } = body as Readonly<Record<string, unknown>>;
  const inner = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  const words = [code, error, inner.code, message, inner.message, detail, title];
  return [...new Set(words.filter((one) => typeof one === 'string' && one !== ''))].join(': ');
}
