import { expect, test } from './service-fixture.ts';
import { signToken, unsignedToken } from './tokens.ts';
import { call, User } from './user.ts';

const claims = { userId: 'somebody', sub: 'somebody', type: 'access' };
const aMinuteAgo = Math.floor(Date.now() / 1000) - 60;

/** By fault: a token, its code over HTTP, and its message from Socket.IO. */
const REFUSED: Record<string, [token: string, code: string, sentence: string]> = {
  'is not a JWT': ['mock-token', 'AUTHENTICATION_FAILED', 'Authentication failed'],
  'has three invalid parts': ['a.b.c', 'AUTHENTICATION_FAILED', 'Authentication failed'],
  'is forged': [signToken(claims, { secret: 'guess' }), 'AUTHENTICATION_FAILED', 'Authentication failed'],
  'has expired': [
    signToken({ ...claims, exp: aMinuteAgo }),
    'AUTHENTICATION_FAILED',
    'Authentication failed',
  ],
  'has alg none': [unsignedToken(claims), 'AUTHENTICATION_FAILED', 'Authentication failed'],
  'has alg none and a signature': [
    signToken(claims, { alg: 'none' }),
    'AUTHENTICATION_FAILED',
    'Authentication failed',
  ],
  'names another algorithm': [
    signToken(claims, { alg: 'HS512' }),
    'AUTHENTICATION_FAILED',
    'Authentication failed',
  ],
  'has no userId': [signToken({ sub: 'somebody' }), 'INVALID_TOKEN', 'Invalid token'],
  'has a userId of 37 characters': [signToken({ userId: 'x'.repeat(37) }), 'INVALID_TOKEN', 'Invalid token'],
  'has a userId that is a number': [signToken({ userId: 7 }), 'INVALID_TOKEN', 'Invalid token'],
  'has a userId with a NUL': [signToken({ userId: 'a\0b' }), 'INVALID_TOKEN', 'Invalid token'],
  'is for another service': [
    signToken({ ...claims, aud: ['mail', 'calendar'] }),
    'INVALID_TOKEN',
    'Invalid token',
  ],
  'is a refresh token': [signToken({ ...claims, type: 'refresh' }), 'INVALID_TOKEN', 'Invalid token'],
};

for (const [fault, [token, code, sentence]] of Object.entries(REFUSED)) {
  test(`HTTP and sockets refuse a token that ${fault}`, async ({ url }) => {
    const user = new User(url, 'somebody', token);
    const { status, body } = await user.get();
    expect(status).toBe(401);
    expect(body).toMatchObject({ success: false, error: code });
    await expect(user.connect()).rejects.toThrow(sentence);
  });
}

test('sockets and every route of the API refuse a call without a token', async ({ url }) => {
  const { paths } = (await call(`${url}/openapi.json`)).body;
  for (const [path, methods] of Object.entries<object>(paths)) {
    for (const method of Object.keys(methods)) {
      const { status, body } = await call(url + path.replace('{id}', 'any'), {
        method: method.toUpperCase(),
      });
      expect([status, body.error], `${method} ${path}`).toEqual([401, 'AUTHENTICATION_REQUIRED']);
    }
  }
  await expect(new User(url, 'somebody', '').connect()).rejects.toThrow('Authentication required');
});

test('the service accepts a token for several audiences that include it', async ({ url }) => {
  const token = signToken({ ...claims, aud: ['mail', 'meetings'] });
  expect((await new User(url, 'somebody', token).get()).status).toBe(200);
});

test('the service accepts a userId of 36 characters', async ({ url }) => {
  const id = 'x'.repeat(36);
  const meetingId = await new User(url, id).open();
  expect((await new User(url, id).get(`/${meetingId}`)).body.data.hostId).toBe(id);
});
