import { UserError } from '../../kernel/errors.ts';
import { compileTemplate, type Template, type Values } from '../expressions.ts';
import type { SendSpec } from './schema.ts';

/** The data sent with calls and connections to identify the user. */
export interface Credentials {
  /** Sent with each HTTP call. */
  readonly headers: Readonly<Record<string, string>>;
  /** Appended to each path: begins with `?`, or is empty. */
  readonly query: string;
  readonly socket: SocketCredentials;
}

export interface SocketCredentials {
  readonly auth?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The first message on each connection. */
  readonly first?: FirstMessage;
}

export interface FirstMessage {
  readonly emit: string;
  readonly json: unknown;
  /** `ack`, `none`, or the name of an event. */
  readonly reply: string;
  readonly refusal?: string;
}

/** Makes credentials from the values of an account. */
export type Sender = (values: Values) => Credentials;

const NOTHING = {};

/** Compiles `send:` once. The defaults need no template. */
export function compileSend(spec: SendSpec = {}): Sender {
  const header = spec.header
    ? textsOf('send.header', spec.header)
    : spec.query
      ? () => NOTHING
      : ({ token }: Values) => (token === undefined ? NOTHING : { authorization: `Bearer ${token}` });
  const query = spec.query ? textsOf('send.query', spec.query) : undefined;
  const socket = compileSocket(spec.socket);
  return (values) => {
    const cookie = cookieHeader(values.cookies);
    return {
      headers: withCookie(header(values), cookie),
      query: query ? searchOf(query(values)) : '',
      socket: socket(values, cookie),
    };
  };
}

function compileSocket(
  spec: SendSpec['socket'],
): (values: Values, cookie: string | undefined) => SocketCredentials {
  if (!spec)
    return ({ token }, cookie) => ({
      auth: token === undefined ? undefined : { token },
      headers: cookie === undefined ? undefined : { cookie },
    });
  const auth = spec.auth && (strict(spec.auth) as (values: Values) => Record<string, unknown>);
  const query = spec.query && textsOf('send.socket.query', spec.query);
  const header = spec.header && textsOf('send.socket.header', spec.header);
  const { first } = spec;
  const json = strict(first?.json);
  return (values, cookie) => ({
    auth: auth?.(values),
    query: query?.(values),
    headers: header || cookie !== undefined ? withCookie(header?.(values) ?? NOTHING, cookie) : undefined,
    first: first && { ...first, json: json(values), reply: first.reply ?? 'ack' },
  });
}

function searchOf(query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? '' : `?${search}`;
}

function cookieHeader(cookies: unknown): string | undefined {
  const pairs = Object.entries((cookies ?? NOTHING) as Record<string, string>);
  return pairs.length === 0 ? undefined : pairs.map(([name, value]) => `${name}=${value}`).join('; ');
}

function withCookie(headers: Record<string, string>, cookie: string | undefined): Record<string, string> {
  if (cookie === undefined) return headers;
  const own = Object.keys(headers).find((name) => name.toLowerCase() === 'cookie');
  if (own === undefined) return { ...headers, cookie };
  return { ...headers, [own]: `${headers[own]}; ${cookie}` };
}

/** Line breaks would begin another header; Node rejects them, and characters beyond Latin-1, at each call. */
const NO_HEADER = /[^\t\x20-\x7e\x80-\xff]/;

function textsOf(where: string, written: Readonly<Record<string, unknown>>) {
  const isHeader = where.endsWith('header');
  const make = strict(written) as (values: Values) => Record<string, unknown>;
  return (values: Values): Record<string, string> => {
    const texts: Record<string, string> = {};
    for (const [name, value] of Object.entries(make(values))) {
      const text = String(value);
      if (isHeader && NO_HEADER.test(text))
        throw new UserError(
          `${where}.${name}: the value has a line break, or a character that no header can carry. ` +
            'Use letters, digits and punctuation, or encode the value.',
        );
      texts[name] = text;
    }
    return texts;
  };
}

/** "Bearer " alone identifies no user: a text with a missing value is omitted completely. */
function strict(written: unknown): Template {
  return compileTemplate(written, 'identity', 'omit');
}
