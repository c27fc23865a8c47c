// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file

import { addTodo, type Draft, WHICH_USERS } from '../draft.ts';
import { isObject, leavesOf, readOf, shapeOf } from '../shape.ts';
import { isSecretName, mentions } from '../words.ts';
import { type Credentials, tokenTemplate } from './credentials.ts';
import type { People } from './people.ts';
import { isRandom, secretName } from './template.ts';

/** Adds the identity and the credentials of the users, without the secrets of the recordings. */
export function addIdentity(people: People, draft: Draft): void {
  const [one, other] = people.persons.map(({ credentials }) => credentials) as [Credentials, Credentials];
  const note = (text: string) => addTodo(draft, ['identity'], 'identity', text);
  if (one.login && other.login && (one.tokenPath || one.cookies.length > 0)) {
    draft.identity = { login: loginOf(people) };
    addTodo(draft, ['identity', 'login'], 'users', WHICH_USERS);
  } else if (one.jwt) draft.identity = { jwt: jwtOf(people, draft) };
  else if (one.token !== undefined || one.cookies.length > 0) {
    draft.identity = { users: { file: 'users.csv', user: 'row.id', token: 'row.token' } };
    note(
      'the recordings do not show where the tokens come from. Record the login too, or write a file with one user in each row.',
    );
  } else {
    draft.identity = { none: people.idSource === 'socket' ? { user: 'socket.id' } : {} };
    if (people.idSource !== 'socket')
      note(
        'the recordings hold no tokens and no cookies. If the service asks for them, allow the browser to save sensitive data in a HAR, and record again.',
      );
  }
  const send = sendOf(one, people, sharedKeys(one, other));
  if (send) draft.send = send;
}

function loginOf({ persons, idSource }: People): Readonly<Record<string, unknown>> {
  const [one, other] = persons;
  const { login, tokenPath, cookies } = one.credentials;
  const answer = leavesOf(shapeOf([login!.answer])).find(
    ({ shape }) => one.id !== undefined && String(shape.values[0]) === one.id,
  );
  const user = tokenPath && idSource === 'claims' ? undefined : answer;
  const body = account(login!.request, other.credentials.login?.request, '');
  return {
    post: login!.url.pathname,
    [login!.isForm ? 'form' : 'json']: body,
    ...(tokenPath ? { token: readOf('body', tokenPath) } : { cookie: cookies }),
    user: user && readOf('body', user.path),
    users: '1..200',
  };
}

/** The body of a login, with the number of the user in place of the values that differ. */
function account(one: unknown, other: unknown, name: string): unknown {
  if (isObject(one))
    return Object.fromEntries(
      Object.entries(one).map(([key, value]) => [
        key,
        account(value, isObject(other) ? other[key] : undefined, key),
      ]),
    );
  if (Array.isArray(one) || typeof one !== 'string') return one;
  if (isSecretName(name)) return '${env.LOAD_PASSWORD}';
  if (one === other) return mentions(name, 'account') || isRandom(one) ? numbered(one) : one;
  return numbered(one);
}

/** Puts the number of the user into a text: `u1@load.test` is the address of user 1. */
function numbered(text: string): string {
  const digits = /\d+/.exec(text);
  if (digits) return text.replace(/\d+/, '${number}');
  const at = text.indexOf('@');
  return at < 0 ? 'u${number}' : `u\${number}${text.slice(at)}`;
}

/** Claims about the time or the session, not about the user. */
const TIMES = new Set('iat exp nbf jti auth_time nonce sid session_id session_state at_hash'.split(' '));
/** Claims that may contain the name of the user. */
const NAMES = new Set('name preferred_username nickname given_name family_name sub'.split(' '));

function jwtOf({ persons }: People, draft: Draft): Readonly<Record<string, unknown>> {
  const [one, other] = persons;
  const { header, claims } = one.credentials.jwt!;
  const others = other.credentials.jwt?.claims ?? {};
  const alg = String(header.alg ?? 'HS256');
  const guesses: string[] = [];
  const written = Object.entries(claims).flatMap(([name, value]): [string, unknown][] => {
    if (TIMES.has(name)) return [];
    if (JSON.stringify(value) === JSON.stringify(others[name])) return [[name, value]];
    if (one.id !== undefined && String(value) === one.id) return [[name, '${user}']];
    if (typeof value === 'string' && value.includes('@'))
      return [[name, `\${user}${value.slice(value.indexOf('@'))}`]];
    if (!NAMES.has(name)) guesses.push(name);
    return [[name, '${user}']];
  });
  const seconds = Number(claims.exp) - Number(claims.iat);
  const signs = alg.startsWith('HS') ? { secret: '${env.JWT_SECRET}' } : { key: '${env.JWT_KEY_FILE}' };
  if (guesses.length > 0)
    addTodo(
      draft,
      ['identity', 'jwt'],
      'claims',
      `${guesses.join(', ')} was different for the two users. Write the values that the service expects.`,
    );
  return {
    alg,
    ...signs,
    kid: typeof header.kid === 'string' ? header.kid : undefined,
    claims: Object.fromEntries(written),
    expires: seconds > 0 ? durationOf(seconds) : undefined,
  };
}

function durationOf(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${Math.round(seconds)}s`;
}

const USUAL_HEADER = { authorization: 'Bearer ${token}' };
const USUAL_AUTH = { token: '${token}' };

/** Keys of the application, which are the same for all users. */
function sharedKeys(one: Credentials, other: Credentials): Record<string, string> {
  const shared = Object.entries(one.keys).filter(([name, value]) => other.keys[name] === value);
  return Object.fromEntries(shared.map(([name]) => [name, secretName(name)]));
}

/** The section `send`; undefined if its defaults fit. */
function sendOf(
  { token, headers, query, auth, socketQuery, first }: Credentials,
  { persons }: People,
  keys: Readonly<Record<string, string>>,
): Draft['send'] {
  if (token === undefined) return filled({ header: filled(keys) });
  const hasSockets = persons.some(({ recording }) => recording.connections.length > 0);
  const hasCalls = persons.some(({ recording }) => recording.calls.length > 0);
  const header = { ...headers, ...keys };
  const socket = {
    auth: JSON.stringify(auth)?.includes('${token}') ? auth : undefined,
    query: filled(socketQuery),
    first: first && {
      emit: first.name,
      json: tokenTemplate(first.args[0], token),
      reply: first.ack ? 'ack' : 'none',
    },
  };
  const isUsualCall = !hasCalls || (isSame(header, USUAL_HEADER) && !filled(query));
  const isUsualSocket = !hasSockets || isSame(socket, { auth: USUAL_AUTH });
  if (isUsualCall && isUsualSocket) return undefined;
  return { header: filled(header), query: filled(query), socket: filled(socket) };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The section; undefined if it has no values. */
function filled<Section extends object>(section: Section): Section | undefined {
  return Object.values(section).some((value) => value !== undefined) ? section : undefined;
}
