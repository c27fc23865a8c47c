// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file

import { isObject, type Path } from '../shape.ts';
import { isSecretName } from '../words.ts';
import { PacketType } from './connections.ts';
import { mentionsIn } from './mentions.ts';
import type { HarEntry } from './read-har.ts';
import type { Recording } from './recording.ts';
import type { SocketMessage } from './socket-messages.ts';

/** How a client shows who it is, in one recording. */
export interface Credentials {
  /** Undefined where no token was recorded. */
  readonly token: string | undefined;
  /** Headers with the token, as templates: `Bearer ${token}`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Headers with a key of the application: it is secret, and the same for all users. */
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
  /** What is in a JWT; undefined of other tokens. */
  readonly jwt: Jwt | undefined;
  /** Everything that must not stand in a contract. */
  readonly secrets: readonly string[];
}

export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Parts of a handshake that belong to Socket.IO. */
const PROTOCOL = new Set(['EIO', 'transport', 'sid', 't', 'b64']);

export function credentialsIn(recording: Recording): Credentials {
  const { calls, connections, sent } = recording;
  const token = tokenIn(recording);
  const write = (text: string) => (token === undefined ? text : text.replaceAll(token, '${token}'));
  const withToken = (pairs: Iterable<readonly [string, string]>) =>
    Object.fromEntries(
      [...pairs]
        .filter(([, value]) => token !== undefined && value.includes(token))
        .map(([name, value]) => [name, write(value)]),
    );
  const auth = authsIn(recording).at(-1);
  const tokenLogin =
    token === undefined
      ? undefined
      : calls.find(({ answer }) => mentionsIn(answer).some(({ value }) => value === token));
  const cookies = cookiesIn(recording);
  const cookieLogin = calls.find(
    ({ setCookies, method }) => method !== 'GET' && cookies.some((name) => setCookies.has(name)),
  );
  const passwords = calls
    .flatMap(({ request }) => mentionsIn(request))
    .filter(({ name }) => isSecretName(name));
  return {
    token,
    headers: withToken(calls.flatMap(({ headers }) => [...headers].filter(([name]) => name !== 'cookie'))),
    query: withToken(calls.flatMap(({ url }) => [...url.searchParams])),
    keys: keysIn(calls, token),
    auth: token === undefined ? undefined : writtenIn(auth, write),
    socketQuery: withToken(
      connections.flatMap(({ url }) => [...url.searchParams].filter(([name]) => !PROTOCOL.has(name))),
    ),
    first:
      token === undefined
        ? undefined
        : sent.find(({ args }) => mentionsIn(args).some(({ value }) => value === token)),
    login: tokenLogin ?? cookieLogin,
    tokenPath: tokenLogin && mentionsIn(tokenLogin.answer).find(({ value }) => value === token)?.path,
    cookies: tokenLogin ? [] : cookies,
    jwt: jwtOf(token),
    secrets: secretsIn(recording, [
      ...(token === undefined ? [] : [token]),
      ...passwords.map(({ value }) => value),
    ]),
  };
}

function keysIn(calls: readonly HarEntry[], token: string | undefined): Record<string, string> {
  const headers = calls.flatMap((call) => [...call.headers]);
  return Object.fromEntries(
    headers.filter(([name, value]) => isKeyName(name) && !name.startsWith('sec-') && value !== token),
  );
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

/** The last one that was sent: it may have been renewed. */
function tokenIn(recording: Recording): string | undefined {
  const { calls, connections, sent } = recording;
  const inHeaders = [...calls, ...connections].flatMap(({ headers }) =>
    [...headers].flatMap(([name, value]) => {
      return name !== 'cookie' && !name.startsWith('sec-') && isTokenName(name)
        ? [value.replace(/^bearer\s+/i, '')]
        : [];
    }),
  );
  const authorization = [...calls, ...connections].flatMap(
    ({ headers }) => headers.get('authorization') ?? [],
  );
  const inAuth = authsIn(recording).flatMap((auth) =>
    mentionsIn(auth)
      .filter(({ name, value }) => isTokenName(name) || jwtOf(bare(value)))
      .map(({ value }) => bare(value)),
  );
  const inQueries = [...calls, ...connections].flatMap(({ url }) =>
    [...url.searchParams]
      .filter(([name]) => !PROTOCOL.has(name) && isTokenName(name))
      .map(([, value]) => bare(value)),
  );
  const inMessages = sent
    .flatMap(({ args }) => mentionsIn(args))
    .filter(({ name, value }) => isTokenName(name) && value.length >= 8)
    .map(({ value }) => value);
  const found = [
    authorization.map((value) => value.replace(/^\w+\s+/, '')),
    inHeaders,
    inAuth,
    inQueries,
    inMessages,
  ];
  const hasCookies = cookiesIn(recording).length > 0;
  return (
    found.find((values) => values.length > 0)?.at(-1) ??
    (hasCookies ? undefined : Object.values(keysIn(calls, undefined)).at(-1))
  );
}

const bare = (value: string) => value.replace(/^bearer\s+/i, '');

function isTokenName(name: string): boolean {
  return /(^|[_-])(token|jwt|auth)$|token$|^authorization$/i.test(name) && !/csrf|xsrf/i.test(name);
}

/** Cookies that the service set and that came back. Where the browser hides what was sent, those that a login set. */
function cookiesIn({ calls, connections }: Recording): string[] {
  const set = calls.flatMap(({ setCookies }) => [...setCookies.keys()]);
  const sent = new Set([...calls, ...connections].flatMap(({ cookies }) => [...cookies.keys()]));
  const bySet = [...new Set(set)];
  const both = bySet.filter((name) => sent.has(name));
  return both.length > 0 ? both : bySet.length > 0 ? bySet : [...sent];
}

function jwtOf(token: string | undefined): Jwt | undefined {
  const parts = token?.split('.');
  if (parts?.length !== 3) return undefined;
  try {
    const [header, claims] = parts
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown);
    return isObject(header) && isObject(claims) ? { header, claims } : undefined;
  } catch {
    return undefined;
  }
}

function writtenIn(value: unknown, write: (text: string) => string): unknown {
  if (typeof value === 'string') return write(value);
  if (Array.isArray(value)) return value.map((one) => writtenIn(one, write));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, writtenIn(one, write)]));
}

function secretsIn({ calls, connections, sent }: Recording, known: readonly string[]): string[] {
  const cookies = [...calls, ...connections].flatMap((one) => [
    ...one.cookies.values(),
    ...('setCookies' in one ? one.setCookies.values() : []),
  ]);
  const named = [
    ...calls.flatMap(({ request, answer }) => [request, answer]),
    ...sent.map(({ args }) => args),
  ]
    .flatMap((value) => mentionsIn(value))
    .filter(({ name, value }) => (isSecretName(name) && value.length >= 8) || jwtOf(value));
  return [
    ...new Set([
      ...known,
      ...cookies,
      ...Object.values(keysIn(calls, undefined)),
      ...named.map(({ value }) => value),
    ]),
  ].filter((value) => value.length >= 4);
}
