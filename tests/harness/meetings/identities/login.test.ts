// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect } from '@playwright/test';
import { deferred } from '../../../../src/kernel/deferred.ts';
import { withoutSecrets } from '../../../../src/kernel/secrets.ts';
import { openRequestContext } from '../../../../src/request-context/open.ts';
import { listening } from '../small-server.ts';
import { test } from './opened.ts';

const PASSWORD = 'correct horse 7';
const environment = { LOAD_PASSWORD: PASSWORD };

interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A service that knows users by their email, and one password. */
async function service(answer?: (response: ServerResponse, seen: Seen) => void) {
  const seen: Seen[] = [];
  const url = await listening(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = { path: `${request.method} ${request.url}`, headers: request.headers, body };
    seen.push(one);
    if (answer) answer(response, one);
    else logIn(response, one);
  });
  return { url, seen };
}

function logIn(response: ServerResponse, { body }: Seen): void {
  const { email, password } = JSON.parse(body) as { email: string; password: string };
  const number = /^u(\d+)@load\.test$/.exec(email)?.[1];
  if (number === undefined || password !== PASSWORD) {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ code: 'WRONG_PASSWORD', email, password }));
    return;
  }
  response.setHeader('set-cookie', [`sid=session-${number}; Path=/; HttpOnly`, 'theme=dark']);
  response.end(
    JSON.stringify({ access_token: `opaque-token-${number}`, user: { id: Number(number) + 1000 } }),
  );
}

const json = { email: 'u${number}@load.test', password: '${env.LOAD_PASSWORD}' };
const byToken = {
  login: { post: '/auth/login', json, token: 'body.access_token', user: 'body.user.id', users: '1..3' },
};

test('logs in each user with its own number, and sends its token', async ({ open }) => {
  const { url, seen } = await service();
  const identities = await open({ identity: byToken }, { url, environment });
  const [one, two] = await Promise.all([identities.open('p-1'), identities.open('p-2')]);
  expect([one.userId, two.userId]).toEqual(['1001', '1002']);
  expect(one.headers).toEqual({ authorization: 'Bearer opaque-token-1' });
  expect(two.socket).toEqual({ auth: { token: 'opaque-token-2' } });
  expect(seen.map(({ path }) => path)).toEqual(['POST /auth/login', 'POST /auth/login']);
  expect(seen[0]!.headers['content-type']).toBe('application/json');
  expect(withoutSecrets('the service said opaque-token-1')).toBe('the service said [secret]');
  expect(identities.isOurs('1002', 'p-')).toBe(true);
  expect(identities.isOurs('1003', 'p-')).toBe(false);
  expect(identities.describe()).toBe('a login for each user, which gives a token');
});

test('sends the named cookies with calls and the handshake, and no others', async ({ open }) => {
  const { url } = await service();
  const { token: _, ...login } = byToken.login;
  const identity = { login: { ...login, cookie: ['sid'] } };
  const identities = await open({ identity }, { url, environment });
  const one = await identities.open('p-1');
  expect(one.token).toBeUndefined();
  expect(one.cookies).toEqual({ sid: 'session-1' });
  expect(one.headers).toEqual({ cookie: 'sid=session-1' });
  expect(one.socket).toEqual({ headers: { cookie: 'sid=session-1' } });
  expect((await identities.wrongIdentity('missing', 'p-1'))!.headers).toEqual({});
  const forged = (await identities.wrongIdentity('forged', 'p-1'))!.headers.cookie;
  expect(forged).toMatch(/^sid=[a-z]{7}-\d$/);
  expect(forged).not.toBe(one.headers.cookie);
  const send = { header: { Cookie: 'lang=en' }, socket: {} };
  const both = await (await open({ identity, send }, { url, environment })).open('p-1');
  expect([both.headers, both.socket]).toEqual([
    { Cookie: 'lang=en; sid=session-1' },
    { headers: { cookie: 'sid=session-1' } },
  ]);
});

test('reads the cookie of a form login from a redirect without following it', async ({ open }) => {
  const { url, seen } = await service((response) => {
    response.writeHead(303, { location: '/home', 'set-cookie': 'sid=abcdef; HttpOnly' }).end();
  });
  const login = {
    post: '/login?from=${user}',
    form: { user: '${user}', password: '${env.LOAD_PASSWORD}' },
    header: { 'x-tenant': 'load' },
    cookie: 'sid',
    user: 'user',
  };
  const identities = await open({ identity: { login } }, { url, environment });
  const ann = await identities.open('ann & co');
  expect([ann.userId, ann.headers]).toEqual(['ann & co', { cookie: 'sid=abcdef' }]);
  expect(seen.map(({ path, body }) => [path, body])).toEqual([
    ['POST /login?from=ann%20%26%20co', 'user=ann+%26+co&password=correct+horse+7'],
  ]);
  expect(seen[0]!.headers['x-tenant']).toBe('load');
});

test('logs in at another address than the service', async ({ open }) => {
  const { url, seen } = await service();
  const login = { ...byToken.login, post: '${env.AUTH_URL}/oauth/token?x=1' };
  const identities = await open({ identity: { login } }, { environment: { ...environment, AUTH_URL: url } });
  expect((await identities.open('p-1')).userId).toBe('1001');
  expect(seen.map(({ path }) => path)).toEqual(['POST /oauth/token?x=1']);
});

test('logs in the rows of a file, and reads the user id from the token', async ({ open, write }) => {
  write('users.json', JSON.stringify([{ mail: 'u7@load.test', word: PASSWORD }]));
  const claims = Buffer.from(JSON.stringify({ sub: 'user-7' })).toString('base64url');
  const { url } = await service((response) =>
    response.end(JSON.stringify({ t: `eyJhbGciOiJub25lIn0.${claims}.x` })),
  );
  const login = { post: '/in', json: { email: '${row.mail}', password: '${row.word}' }, token: 'body.t' };
  const identities = await open({ identity: { login: { ...login, users: 'users.json' } } }, { url });
  expect((await identities.open('p-1')).userId).toBe('user-7');
});

test.describe('errors of a failed login', () => {
  const failed = async (identities: { open(name: string): Promise<unknown> }) =>
    String(await identities.open('p-1').catch((error: unknown) => error));

  test('names the user and the answer of a refused login, without the password', async ({ open }) => {
    const { url } = await service();
    const login = { ...byToken.login, json: { ...json, email: 'nobody@load.test' } };
    const message = await failed(await open({ identity: { login } }, { url, environment }));
    expect(message).toBe(
      'identity.login: POST /auth/login for user 1 was refused: 401 {"code":"WRONG_PASSWORD",' +
        '"email":"nobody@load.test","password":"[secret]"}. Check what identity.login sends, and that the user exists.',
    );
  });

  test('hides a password from the user file in the error of a refused login', async ({ open, write }) => {
    write('users.csv', 'mail,word\nu7@load.test,unheard-of-3\n');
    const { url } = await service();
    const login = {
      ...byToken.login,
      users: 'users.csv',
      json: { email: '${row.mail}', password: '${row.word}' },
    };
    const message = await failed(await open({ identity: { login } }, { url }));
    expect(message).toContain('for row 1 of its file was refused: 401');
    expect(message).toContain('u7@load.test');
    expect(message).not.toContain('unheard-of-3');
  });

  const cases: [string, object, string][] = [
    ['an answer without the token', { token: 'body.nothing' }, 'returned no token: 200 {"access_token"'],
    ['an answer without the cookie', { cookie: 'session' }, 'set no cookie session: 200'],
    ['the cookies that the answer sets', { cookie: 'session' }, 'It set: sid, theme. Name one of these'],
    [
      'an answer without the user id',
      { user: 'body.user.uuid' },
      'returned no user id. Set identity.login.user to its place',
    ],
    ['an answer that `ok` rejects', { ok: 'status == 204' }, 'was refused: 200'],
  ];
  for (const [name, more, message] of cases)
    test(`reports ${name}`, async ({ open }) => {
      const { url } = await service();
      const identities = await open(
        { identity: { login: { ...byToken.login, ...more } } },
        { url, environment },
      );
      expect(await failed(identities)).toContain(message);
      // The account and the name are free again.
      expect(await failed(identities)).toContain('for user 2');
    });

  test('ignores a deleted login cookie', async ({ open }) => {
    const { url } = await service((response) => response.setHeader('set-cookie', 'sid=x; Max-Age=0').end());
    const login = { post: '/in', cookie: 'sid', user: 'user' };
    expect(await failed(await open({ identity: { login } }, { url }))).toContain('set no cookie sid');
  });

  test('reports a service that does not listen', async ({ open }) => {
    expect(await failed(await open({ identity: byToken }, { environment }))).toContain(
      'got no answer: connection refused. Check that the service is running.',
    );
  });
});

test('runs at most ten logins at a time', async ({ open }) => {
  const [tenWait, go] = [deferred<void>(), deferred<void>()];
  const { url, seen } = await service((response, one) => {
    if (seen.length === 10) tenWait.resolve();
    void go.promise.then(() => logIn(response, one));
  });
  let contexts = 0;
  const openContext = () => {
    contexts++;
    return openRequestContext('wire', { baseURL: url, timeoutMs: 5000 });
  };
  const identity = { login: { ...byToken.login, users: '1..30' } };
  const identities = await open({ identity }, { environment, openContext });
  const opening = Array.from({ length: 30 }, (_, number) => identities.open(`p-${number}`));
  await tenWait.promise;
  expect(contexts).toBe(10);
  go.resolve();
  const ids = (await Promise.all(opening)).map(({ userId }) => userId);
  expect(new Set(ids).size).toBe(30);
  expect(contexts).toBe(30);
});

test('aborts unanswered logins on close', async ({ open }) => {
  const asked = deferred<void>();
  const { url } = await service(() => asked.resolve());
  const identities = await open({ identity: byToken }, { url, environment });
  const opening = identities.open('p-1').catch((error: Error) => error.message);
  await asked.promise;
  await identities.close();
  expect(await opening).toContain('got no answer: ended by the harness');
});
