// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file

import { PacketType } from 'socket.io-parser';
import type { Path } from '../../meetings/contract/mistakes.ts';
import { isObject, parsedJson } from '../shape.ts';
import { isSecretName } from '../words.ts';
import type { SocketMessage } from './connections.ts';
import { type Mention, mentionsIn } from './mentions.ts';
import type { HarEntry } from './read-har.ts';
import type { Recording } from './recording.ts';

/** The credentials of a client in one recording. */
export interface Credentials {
  /** Undefined if no token was recorded. */
  readonly token: string | undefined;
  /** Headers with the token, as templates: `Bearer ${token}`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Headers with an application key, which is secret and the same for all users. */
  readonly keys: Readonly<Record<string, string>>;
  readonly auth: unknown;
  readonly socketQuery: Readonly<Record<string, string>>;
  /** The first message with the token in it. */
  readonly first: SocketMessage | undefined;
  /** The call whose answer has the token, or sets the cookie. */
  readonly login: HarEntry | undefined;
  readonly tokenPath: Path | undefined;
  /** Names of the cookies that the service set, and that were sent back. */
  readonly cookies: readonly string[];
  /** The content of a JWT; undefined for other tokens. */
  readonly jwt: Jwt | undefined;
  /** All values that must not be in a contract. */
  readonly secrets: readonly string[];
}

export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

type Named = Pick<Mention, 'name' | 'value'>;

/** Parts of a handshake that belong to Socket.IO. */
const PROTOCOL = new Set(['EIO', 'transport', 'sid', 't', 'b64']);

export function credentialsIn(recording: Recording): Credentials {
  const { calls, connections, sent } = recording;
  const token = tokenIn(recording);
  const holdsToken = (value: unknown) => mentionsIn(value).find((one) => one.value === token);
  const withToken = (pairs: readonly Named[]) =>
    Object.fromEntries(
      pairs
        .filter(({ value }) => token !== undefined && value.includes(token))
        .map(({ name, value }) => [name, tokenTemplate(value, token)]),
    );
  const tokenLogin = calls.find(({ answer }) => holdsToken(answer));
  const cookies = cookiesIn(recording);
  const cookieLogin = calls.find(
    ({ setCookies, method }) => method !== 'GET' && cookies.some((name) => setCookies.has(name)),
  );
  return {
    token,
    headers: withToken(
      calls.flatMap(({ headers }) => named(headers)).filter(({ name }) => name !== 'cookie'),
    ),
    query: withToken(calls.flatMap(({ url }) => named(url.searchParams))),
    keys: keysIn(calls, token),
    auth: token === undefined ? undefined : tokenTemplate(authsIn(recording).at(-1), token),
    socketQuery: withToken(connections.flatMap(({ url }) => handshakeQuery(url))),
    first: sent.find(({ args }) => holdsToken(args)),
    login: tokenLogin ?? cookieLogin,
    tokenPath: holdsToken(tokenLogin?.answer)?.path,
    cookies: tokenLogin ? [] : cookies,
    jwt: jwtOf(token),
    secrets: secretsIn(recording, token),
  };
}

function named(pairs: Iterable<readonly [string, string]>): Named[] {
  return [...pairs].map(([name, value]) => ({ name, value }));
}

function handshakeQuery(url: URL): Named[] {
  return named(url.searchParams).filter(({ name }) => !PROTOCOL.has(name));
}

function keysIn(calls: readonly HarEntry[], token?: string): Record<string, string> {
  const keys = calls
    .flatMap(({ headers }) => [...headers])
    .filter(([name, value]) => isKeyName(name) && !name.startsWith('sec-') && value !== token);
  return Object.fromEntries(keys);
}

/** `X-Api-Key`, `apikey`, `client_secret`. */
export function isKeyName(name: string): boolean {
  return /(key|secret)$/i.test(name);
}

/** The payloads with which the sockets connected. */
function authsIn({ connections }: Recording): unknown[] {
  return connections.flatMap(({ messages }) =>
    messages
      .filter(({ isSent, packet }) => isSent && packet.type === PacketType.CONNECT && packet.data)
      .map(({ packet }) => packet.data as unknown),
  );
}

/** The last token in the most usual place: an earlier one may have been renewed. */
function tokenIn(recording: Recording): string | undefined {
  const { calls, connections, sent } = recording;
  const opened = [...calls, ...connections];
  const inHeaders = opened
    .flatMap(({ headers }) => named(headers))
    .filter(({ name }) => name !== 'cookie' && !name.startsWith('sec-') && isTokenName(name));
  const places: readonly Named[][] = [
    inHeaders.filter(({ name }) => name === 'authorization'),
    inHeaders,
    mentionsIn(authsIn(recording)).filter(({ name, value }) => isTokenName(name) || jwtOf(bare(value))),
    opened.flatMap(({ url }) => handshakeQuery(url)).filter(({ name }) => isTokenName(name)),
    mentionsIn(sent.map(({ args }) => args)).filter(
      ({ name, value }) => isTokenName(name) && value.length >= 8,
    ),
  ];
  const found = places.find((values) => values.length > 0)?.at(-1);
  if (found) return bare(found.value);
  return cookiesIn(recording).length > 0 ? undefined : Object.values(keysIn(calls)).at(-1);
}

/** The token without its scheme, such as `Bearer`. */
function bare(value: string): string {
  return value.replace(/^\w+\s+(?=\S+$)/, '');
}

function isTokenName(name: string): boolean {
  return /(^|[_-])(token|jwt|auth)$|token$|^authorization$/i.test(name) && !/csrf|xsrf/i.test(name);
}

/**
 * Cookies that the service set and the browser sent. If the browser hides sent cookies, all cookies that the service
 * set.
 */
function cookiesIn({ calls, connections }: Recording): string[] {
  const set = [...new Set(calls.flatMap(({ setCookies }) => [...setCookies.keys()]))];
  const sent = new Set([...calls, ...connections].flatMap(({ cookies }) => [...cookies.keys()]));
  const both = set.filter((name) => sent.has(name));
  return [both, set].find((names) => names.length > 0) ?? [...sent];
}

function jwtOf(token: string | undefined): Jwt | undefined {
  const parts = token?.split('.') ?? [];
  const [header, claims] = parts.map((part) => parsedJson(Buffer.from(part, 'base64url').toString('utf8')));
  return parts.length === 3 && isObject(header) && isObject(claims) ? { header, claims } : undefined;
}

/** The value with `${token}` in place of the token. */
export function tokenTemplate<Value>(value: Value, token: string | undefined): Value {
  const write = (one: unknown): unknown => {
    if (typeof one === 'string') return token === undefined ? one : one.replaceAll(token, '${token}');
    if (Array.isArray(one)) return one.map(write);
    if (!isObject(one)) return one;
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, write(inner)]));
  };
  return write(value) as Value;
}

function secretsIn({ calls, connections, sent }: Recording, token: string | undefined): string[] {
  const requests = calls.map(({ request }) => request);
  const cookies = [...calls, ...connections].flatMap((one) => [
    ...one.cookies.values(),
    ...('setCookies' in one ? one.setCookies.values() : []),
  ]);
  const passwords = mentionsIn(requests).filter(({ name }) => isSecretName(name));
  const others = mentionsIn([
    ...requests,
    ...calls.map(({ answer }) => answer),
    ...sent.map(({ args }) => args),
  ]).filter(({ name, value }) => (isSecretName(name) && value.length >= 8) || jwtOf(value));
  const values = [...passwords, ...others].map(({ value }) => value);
  const all = [token ?? '', ...values, ...cookies, ...Object.values(keysIn(calls))];
  return [...new Set(all)].filter((value) => value.length >= 4);
}
