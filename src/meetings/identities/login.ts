import { UserError } from '../../kernel/errors.ts';
import { shownCauseOfError } from '../../request-context/failure.ts';
import type { RequestContext } from '../../request-context/request-context.ts';
import {
  compileExpression,
  compileTemplate,
  compileText,
  type Values,
  type WrittenExpression,
} from '../contract/expressions.ts';
import type { Account, Issued, Issuer, TokenFault } from './account.ts';
import { type Answer, answerOf, shownAnswer } from './answer.ts';
import { hideToken, wrongForeign } from './foreign-token.ts';
import { limited } from './limit.ts';
import type { LoginSpec } from './schema.ts';
import { claimsIn, type Environment, idOf } from './written.ts';

/** Opens what one login is called with: a context of its own, so that no cookie of another user is in it. */
export type OpenContext = (address?: string) => Promise<RequestContext>;

/** More logins at a time would load a service that hashes passwords, before the run has begun. */
const LOGINS_AT_A_TIME = 10;

/** Values of these keys say who logs in; all others that are sent are left out of errors. */
const SAYS_WHO = /mail|user|name|account|^id$|(?:_|client)id$|grant|scope/i;

/** Logs each user in by a call. */
export class LoginIssuer implements Issuer {
  readonly renewMs: number | undefined;
  readonly #call: CompiledLogin;
  readonly #open: OpenContext;
  readonly #env: Environment;
  readonly #limit = limited(LOGINS_AT_A_TIME);
  readonly #contexts = new Set<RequestContext>();

  constructor(spec: LoginSpec, env: Environment, open: OpenContext) {
    this.renewMs = spec.renew;
    this.#call = compileLogin(spec, env);
    this.#env = env;
    this.#open = open;
  }

  issue(account: Account): Promise<Issued> {
    return this.#limit(() => this.#logIn(account));
  }

  async wrong(fault: TokenFault, _account: Account, right: Issued): Promise<Issued | undefined> {
    return wrongForeign(fault, right);
  }

  describe(): string {
    const { token, cookies } = this.#call;
    const gives = [token ? 'a token' : undefined, cookies.length > 0 ? 'cookies' : undefined];
    return `a login for each user, which gives ${gives.filter(Boolean).join(' and ')}`;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#contexts].map((context) => context.dispose()));
  }

  async #logIn(account: Account): Promise<Issued> {
    const values: Values = { env: this.#env, user: account.name, number: account.number, row: account.row };
    const sent = this.#call.request(values);
    const refused = (why: string, cause?: unknown) =>
      new UserError(`identity.login: ${sent.method} ${sent.path} for ${whom(account)} ${why}`, { cause });
    const answer = await this.#ask(sent).catch((error: unknown) => {
      throw refused(
        `got no answer: ${shownAnswer(shownCauseOfError(error), sent.secrets)}. Is the service running?`,
        error,
      );
    });
    const said = `${answer.status} ${shownAnswer(answer.text, sent.secrets)}`;
    const { ok, token, cookies } = this.#call;
    const answered = { ...values, status: answer.status, body: answer.body, headers: answer.headers };
    const known = { ...answered, cookies: answer.cookies };
    if (!ok(known))
      throw refused(`was refused: ${said}. Check what identity.login sends, and that the user exists.`);
    const given = token ? idOf(token(known)) : undefined;
    if (token && given === undefined)
      throw refused(
        `gave no token: ${said}. Let identity.login.token name the place of the token in the answer.`,
      );
    const missing = cookies.filter((name) => answer.cookies[name] === undefined);
    if (missing.length > 0)
      throw refused(
        `set no cookie ${missing.join(', ')}: ${said}. It set: ${Object.keys(answer.cookies).join(', ') || 'none'}. ` +
          'Name one of these in identity.login.cookie.',
      );
    return this.#issued(known, given, refused);
  }

  #issued(known: Values, token: string | undefined, refused: (why: string) => UserError): Issued {
    const claims = claimsIn(token);
    const all = known.cookies as Record<string, string>;
    const cookies = Object.fromEntries(this.#call.cookies.map((name) => [name, all[name]!]));
    hideToken(token);
    for (const value of Object.values(cookies)) hideToken(value);
    const userId = idOf(this.#call.user({ ...known, token, claims }));
    if (userId === undefined)
      throw refused(
        'says no id of the user. Let identity.login.user name its place, such as body.user.id or claims.sub.',
      );
    return { userId, ...(token === undefined ? {} : { token }), ...(claims ? { claims } : {}), cookies };
  }

  async #ask({ method, path, options }: LoginRequest): Promise<Answer> {
    const url = URL.canParse(path) ? new URL(path) : undefined;
    const context = await (url ? this.#open(url.origin) : this.#open());
    this.#contexts.add(context);
    try {
      // The cookie may come with a redirect: what follows is another page.
      const to = url ? `${url.pathname}${url.search}` : path;
      return await answerOf(await context.fetch(to, { ...options, method, maxRedirects: 0 }));
    } finally {
      this.#contexts.delete(context);
      await context.dispose();
    }
  }
}

interface LoginRequest {
  readonly method: string;
  readonly path: string;
  readonly options: { headers: Record<string, string>; data?: unknown; form?: Record<string, string> };
  /** What was sent and says nothing about who logs in. */
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
        options: { headers, ...(fields ? { form: fields } : {}), ...(data === undefined ? {} : { data }) },
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

/** What the environment holds is a part of the address as it stands; values of users are encoded. */
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

function whom({ name, number, row }: Account): string {
  if (row) return `row ${number} of its file`;
  return number === undefined ? `"${name}"` : `user ${number}`;
}
