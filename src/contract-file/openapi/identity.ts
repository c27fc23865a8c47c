// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file

import { placeOf } from '../classify.ts';
import { addTodo, type Draft, WHICH_USERS } from '../draft.ts';
import { type Leaf, leavesOf, readOf, type Shape } from '../shape.ts';
import { isIdOf, isOnly, isPlainId, isSecretName, mentions, wordsOf } from '../words.ts';
import type { OpenApiDocument, Part } from './document.ts';
import type { DescribedCall } from './endpoints.ts';

interface Scheme {
  readonly kind: 'bearer' | 'header' | 'query' | 'cookie' | 'other';
  readonly name: string;
  readonly written: Part;
}

/** Adds the identity and the credentials that the document describes. */
export function addIdentity(document: OpenApiDocument, calls: readonly DescribedCall[], draft: Draft): void {
  const schemes = schemesOf(document);
  const scheme = schemes.find(({ kind }) => kind !== 'other') ?? schemes[0];
  const note = (text: string, key = 'identity') => addTodo(draft, [key], key, text);
  const login = calls.find((call) => placeOf(call).purpose === 'login' && loginOf(call, scheme));
  if (login) {
    draft.identity = { login: loginOf(login, scheme) };
    addTodo(draft, ['identity', 'login'], 'users', WHICH_USERS);
  } else if (scheme === undefined) {
    draft.identity = { none: { user: 'socket.id' } };
    note(
      'the document names no security scheme. Without identity, the harness cannot tell users apart: use jwt, login, users or command, or keep `none`.',
    );
  } else if (scheme.kind === 'cookie') {
    draft.identity = { users: { file: 'users.csv', user: 'row.id', token: 'row.token' } };
    note(
      `the document has no login that sets the cookie "${scheme.name}". Write a login (post, json, cookie: [${scheme.name}]), or see from-har.`,
    );
  } else {
    draft.identity = { jwt: { alg: 'HS256', secret: '${env.JWT_SECRET}', claims: { sub: '${user}' } } };
    note(
      'the document does not say who makes the tokens. Write alg, key or secret and claims as the service verifies them, or use login, users or command in the place of jwt. from-har finds them in recordings.',
    );
  }
  const send = sendOf(scheme);
  if (send) {
    draft.send = send;
    note(
      'the document does not describe how a socket authenticates. The default is `auth: { token }`.',
      'send',
    );
  }
}

function schemesOf(document: OpenApiDocument): Scheme[] {
  const written = document.isSwagger
    ? document.root.securityDefinitions
    : document.follow(document.root.components)?.securitySchemes;
  return Object.values(document.follow(written) ?? {}).flatMap((one) => {
    const scheme = document.follow(one);
    return scheme ? [{ ...kindOf(scheme), written: scheme }] : [];
  });
}

function kindOf({ type, scheme, in: place, name }: Part): Omit<Scheme, 'written'> {
  if (type === 'oauth2' || type === 'openIdConnect') return { kind: 'bearer', name: '' };
  if (type === 'http') return { kind: /^bearer$/i.test(String(scheme)) ? 'bearer' : 'other', name: '' };
  if (type === 'apiKey' && (place === 'header' || place === 'query' || place === 'cookie')) {
    const isBearer = place === 'header' && /^authorization$/i.test(String(name));
    return { kind: isBearer ? 'bearer' : place, name: String(name) };
  }
  return { kind: 'other', name: '' };
}

function sendOf(scheme: Scheme | undefined): Draft['send'] {
  if (scheme?.kind !== 'header' && scheme?.kind !== 'query') return undefined;
  return { [scheme.kind]: { [scheme.name]: '${token}' }, socket: { auth: { token: '${token}' } } };
}

/** The login of a call; undefined if its answer has neither a token nor a cookie. */
function loginOf(
  call: DescribedCall,
  scheme: Scheme | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const token = tokenIn(call.answer);
  const cookie = scheme?.kind === 'cookie' ? [scheme.name] : undefined;
  if (!token && !cookie) return undefined;
  const user = userIn(call.answer);
  return {
    post: call.path,
    [call.isForm ? 'form' : 'json']: call.request && credentials(call.request),
    token: token && readOf('body', token.path),
    cookie: token ? undefined : cookie,
    user: user && readOf('body', user.path),
    users: '1..200',
  };
}

function tokenIn(answer: Shape | undefined): Leaf | undefined {
  const leaves = leavesOf(answer).filter(({ path }) => {
    const words = wordsOf(String(path.at(-1)));
    return (
      (words.includes('token') || words.includes('jwt')) &&
      !words.includes('type') &&
      !words.includes('refresh')
    );
  });
  return leaves.find(({ path }) => /access/i.test(String(path.at(-1)))) ?? leaves[0];
}

function userIn(answer: Shape | undefined): Leaf | undefined {
  const leaves = leavesOf(answer);
  return (
    leaves.find(({ path }) => isIdOf(String(path.at(-1)), 'user')) ??
    leaves.find(
      ({ path }) =>
        path.length > 1 &&
        isPlainId(String(path.at(-1))) &&
        isOnly(String(path.at(-2)), 'user', 'person', 'self', 'account'),
    )
  );
}

function credentials(request: Shape): Record<string, unknown> {
  if (request.kind !== 'object') return {};
  return Object.fromEntries(
    [...request.fields].flatMap(([name, { shape, isRequired }]): [string, unknown][] => {
      if (isSecretName(name)) return [[name, '${env.LOAD_PASSWORD}']];
      if (mentions(name, 'account')) {
        const isAddress = /mail/i.test(name) || (shape.kind === 'leaf' && shape.format === 'email');
        return [[name, isAddress ? 'u${number}@load.test' : 'u${number}']];
      }
      if (!isRequired) return [];
      if (shape.kind === 'leaf') return [[name, shape.values[0] ?? 'u${number}']];
      return [[name, shape.kind === 'list' ? [] : credentials(shape)]];
    }),
  );
}
