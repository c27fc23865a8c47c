import { UserError } from '../../kernel/errors.ts';
import {
  compileExpression,
  compileTemplate,
  type Expression,
  type Template,
  type Values,
} from '../contract/expressions.ts';
import type { SendSpec } from './schema.ts';

/** What goes with calls and connections, so that the service knows the user. */
export interface Credentials {
  /** Go with each HTTP call. */
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
  /** The event that says no. */
  readonly refusal?: string;
}

/** Makes credentials of what an account has. */
export type Sender = (values: Values) => Credentials;

const NOTHING = {};

/** Compiles `send:` once. What is usual goes where nothing else is said, and needs no template. */
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
      ...(token === undefined ? {} : { auth: { token } }),
      ...(cookie === undefined ? {} : { headers: { cookie } }),
    });
  const auth = spec.auth ? strictIn(spec.auth) : undefined;
  const query = spec.query ? textsOf('send.socket.query', spec.query) : undefined;
  const header = spec.header ? textsOf('send.socket.header', spec.header) : undefined;
  const { first } = spec;
  const json = first?.json === undefined ? undefined : strict(first.json);
  return (values, cookie) => ({
    ...(auth ? { auth: auth(values) } : {}),
    ...(query ? { query: query(values) } : {}),
    ...(header || cookie !== undefined ? { headers: withCookie(header?.(values) ?? NOTHING, cookie) } : {}),
    ...(first
      ? {
          first: {
            emit: first.emit,
            json: json?.(values),
            reply: first.reply ?? 'ack',
            ...(first.refusal === undefined ? {} : { refusal: first.refusal }),
          },
        }
      : {}),
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

/** Line breaks would begin another header; Node refuses them and all beyond Latin-1 too, at each call. */
const NO_HEADER = /[^\t\x20-\x7e\x80-\xff]/;

function textsOf(where: string, written: Readonly<Record<string, unknown>>) {
  const isHeader = where.endsWith('header');
  const make = strictIn(written);
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

function strictIn(written: Readonly<Record<string, unknown>>): (values: Values) => Record<string, unknown> {
  const entries = Object.entries(written).map(([name, value]) => [name, strict(value)] as const);
  return (values) => {
    const made: Record<string, unknown> = {};
    for (const [name, template] of entries) {
      const value = template(values);
      if (value !== undefined) made[name] = value;
    }
    return made;
  };
}

const HOLE = /\$\{([^{}]*)\}/g;

/** "Bearer " alone shows nothing: a text in which a value is missing is left out as a whole. */
function strict(written: unknown): Template {
  if (Array.isArray(written)) {
    const items = written.map(strict);
    return (values) => items.map((item) => item(values)).filter((item) => item !== undefined);
  }
  if (typeof written === 'object' && written !== null) return strictIn(written as Record<string, unknown>);
  const template = compileTemplate(written, 'identity');
  if (typeof written !== 'string') return template;
  const holes: Expression[] = [...written.matchAll(HOLE)].map(([, hole]) =>
    compileExpression(hole!, 'identity'),
  );
  if (holes.length === 0) return template;
  return (values) => (holes.some((hole) => hole(values) == null) ? undefined : template(values));
}
