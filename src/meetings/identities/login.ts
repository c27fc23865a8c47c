import { UserError } from '../../kernel/errors.ts';
import { shownCauseOfError } from '../../request-context/failure.ts';
import type { RequestContext } from '../../request-context/request-context.ts';
import {
  compileExpression,
  compileTemplate,
  compileText,
  type Values,
  type WrittenExpression,
} from '../expressions.ts';
import { type Account, accountName, type Issued, type Issuer } from './account.ts';
import { type Answer, answerOf, shownAnswer } from './answer.ts';
import { hideToken } from './foreign-token.ts';
import { limited } from './limit.ts';
import type { LoginSpec } from './schema.ts';
import { claimsIn, type Environment, idOf } from './written.ts';

/** Opens a separate context for one login, so that it has no cookies of another user. */
export type OpenContext = (address?: string) => Promise<RequestContext>;

/** More logins at a time would load a service that hashes passwords before the run starts. */
const LOGINS_AT_A_TIME = 10;

/** Values of these keys name the user; errors omit all other sent values. */
const SAYS_WHO = /mail|user|name|account|^id$|(?:_|client)id$|grant|scope/i;

/** Logs each user in by a call. */
export function loginIssuer(spec: LoginSpec, env: Environment, open: OpenContext): Issuer {
  const login = compileLogin(spec, env);
  const limit = limited(LOGINS_AT_A_TIME);
  const contexts = new Set<RequestContext>();
  const gives = [spec.token && 'a token', spec.cookie && 'cookies'].filter(Boolean).join(' and ');

  async function ask({ method, path, options }: LoginRequest): Promise<Answer> {
    const url = URL.canParse(path) ? new URL(path) : undefined;
    const context = await (url ? open(url.origin) : open());
    contexts.add(context);
    try {
      // The cookie may come with a redirect, which leads to another page.
      const to = url ? `${url.pathname}${url.search}` : path;
      return await answerOf(await context.fetch(to, { ...options, method, maxRedirects: 0 }));
    } finally {
      contexts.delete(context);
      await context.dispose();
    }
  }

  async function logIn(account: Account): Promise<Issued> {
    const values = { env, user: account.name, number: account.number, row: account.row };
    const sent = login.request(values);
    const { method, path, secrets } = sent;
    const refused: Refused = (why, cause) =>
      new UserError(`identity.login: ${method} ${path} for ${accountName(account)} ${why}`, { cause });
    const answer = await ask(sent).catch((error: unknown) => {
      const why = shownAnswer(shownCauseOfError(error), secrets);
      throw refused(`got no answer: ${why}. Check that the service is running.`, error);
    });
    return issuedBy(login, { ...values, ...answer }, { refused, secrets });
  }

  return {
    renewMs: spec.renew,
    describe: () => `a login for each user, which gives ${gives}`,
    issue: (account) => limit(() => logIn(account)),
    close: async () => void (await Promise.all([...contexts].map((context) => context.dispose()))),
  };
}

type Refused = (why: string, cause?: unknown) => UserError;

/** The identity from an answer. @throws {UserError} if it is not a success, or lacks a value that the contract reads */
function issuedBy(
  login: CompiledLogin,
  values: Answer & Values,
  { refused, secrets }: { refused: Refused; secrets: readonly string[] },
): Issued {
  const shown = `${values.status} ${shownAnswer(values.text, secrets)}`;
  if (!login.ok(values))
    throw refused(`was refused: ${shown}. Check what identity.login sends, and that the user exists.`);
  const token = idOf(login.token?.(values));
  if (login.token && token === undefined)
    throw refused(
      `returned no token: ${shown}. Set identity.login.token to the place of the token in the answer.`,
    );
  const missing = login.cookies.filter((name) => values.cookies[name] === undefined);
  if (missing.length > 0)
    throw refused(
      `set no cookie ${missing.join(', ')}: ${shown}. It set: ${Object.keys(values.cookies).join(', ') || 'none'}. ` +
        'Name one of these in identity.login.cookie.',
    );
  const cookies = Object.fromEntries(login.cookies.map((name) => [name, values.cookies[name]!]));
  const claims = claimsIn(token);
  for (const secret of [token, ...Object.values(cookies)]) hideToken(secret);
  const userId = idOf(login.user({ ...values, token, claims }));
  if (userId !== undefined) return { userId, token, claims, cookies };
  throw refused(
    'returned no user id. Set identity.login.user to its place, such as body.user.id or claims.sub.',
  );
}

interface LoginRequest {
  readonly method: string;
  readonly path: string;
  readonly options: { headers: Record<string, string>; data?: unknown; form?: Record<string, string> };
  /** The sent values that do not name the user. */
  readonly secrets: readonly string[];
}

interface CompiledLogin {
  request(values: Values): LoginRequest;
  ok(values: Values): boolean;
  readonly token: ((values: Values) => unknown) | undefined;
  readonly cookies: readonly string[];
  user(values: Values): unknown;
}

function compileLogin(spec: LoginSpec, env: Environment): CompiledLogin {
  const verb = (['post', 'put', 'get'] as const).find((one) => spec[one] !== undefined)!;
  const path = compilePath(spec[verb]!, env);
  const json = spec.json === undefined ? undefined : compileTemplate(spec.json, 'identity');
  const form = spec.form ? compileTemplate(spec.form, 'identity') : undefined;
  const header = spec.header ? compileTemplate(spec.header, 'identity') : undefined;
  const ok = spec.ok === undefined ? undefined : compileExpression(spec.ok, 'identity');
  const mostStatus = spec.cookie ? 400 : 300;
  return {
    request(values) {
      const headers = textsIn(header?.(values));
      const fields = form ? textsIn(form(values)) : undefined;
      const data = json?.(values);
      return {
        method: verb.toUpperCase(),
        path: path(values),
        options: { headers, form: fields, data },
        secrets: [...secretsIn(data), ...secretsIn(fields), ...secretsIn(headers)],
      };
    },
    ok: (values) => (ok ? ok(values) === true : within(values.status, mostStatus)),
    token: spec.token === undefined ? undefined : compileExpression(spec.token, 'identity'),
    cookies: spec.cookie ?? [],
    user: compileExpression(spec.user ?? 'claims.sub', 'identity'),
  };
}

const OF_ENVIRONMENT = /\$\{\s*env\.(\w+)\s*\}/g;

/** Values of the environment become part of the address unchanged; values of users are encoded. */
function compilePath(written: WrittenExpression, env: Environment): (values: Values) => string {
  if (typeof written !== 'string') return compileText(written, 'identity');
  const filled = written.replace(OF_ENVIRONMENT, (_, name: string) => env[name] ?? '');
  return compileText(filled, 'identity', encodeURIComponent);
}

const within = (status: unknown, most: number) => Number(status) >= 200 && Number(status) < most;

function textsIn(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries((value ?? {}) as Record<string, unknown>).map(([name, one]) => [name, String(one)]),
  );
}

function secretsIn(sent: unknown, key = ''): string[] {
  if (typeof sent === 'string') return SAYS_WHO.test(key) ? [] : [sent];
  if (typeof sent !== 'object' || sent === null) return [];
  return Object.entries(sent).flatMap(([name, value]) => secretsIn(value, Array.isArray(sent) ? key : name));
}
