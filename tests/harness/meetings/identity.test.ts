import { createRequire } from 'node:module';
import { expect, test } from '@playwright/test';
import { identity } from '../../../src/meetings/identity.ts';

interface Verifier {
  createVerifier(options: object): (token: string) => Record<string, unknown>;
}
// The implementation behind @fastify/jwt, which verifies the tokens in the reference service.
const resolve = createRequire(createRequire(import.meta.url).resolve('@fastify/jwt'));
const { createVerifier } = resolve('fast-jwt') as Verifier;
const verify = (token: string, key: string, options: object = {}) =>
  createVerifier({ key, algorithms: ['HS256'], ...options })(token);

test('another implementation verifies the token, and reads the claims of the contract', () => {
  const before = Math.floor(Date.now() / 1000);
  const { userId, token } = identity('user-1', 'a secret', 60);
  const claims = verify(token, 'a secret');
  expect(userId).toBe('user-1');
  expect(claims).toEqual({
    userId: 'user-1',
    sub: 'user-1',
    type: 'access',
    iat: expect.any(Number),
    exp: (claims.iat as number) + 60,
  });
  expect(claims.iat).toBeGreaterThanOrEqual(before);
});

test('any text is a secret, and any text a user', () => {
  const secret = 'Zoë’s 👋 secret';
  expect(verify(identity('ünï "quoted"', secret).token, secret).sub).toBe('ünï "quoted"');
});

test.describe('it does not verify', () => {
  const { token } = identity('user-1', 'a secret');
  const [header, claims, signature] = token.split('.') as [string, string, string];
  const forged = Buffer.from(JSON.stringify({ userId: 'root', sub: 'root' })).toString('base64url');
  const cases: [string, string, string][] = [
    ['with another secret', token, 'another secret'],
    ['with other claims', `${header}.${forged}.${signature}`, 'a secret'],
    ['without its signature', `${header}.${claims}.`, 'a secret'],
    ['after its time', identity('user-1', 'a secret', -10).token, 'a secret'],
  ];
  for (const [name, given, secret] of cases) {
    test(name, () => {
      expect(() => verify(given, secret)).toThrow();
    });
  }
});

test('a user id of 36 characters fits, a longer one is refused before a service chokes on it', () => {
  expect(identity('x'.repeat(36), 's').userId).toHaveLength(36);
  expect(() => identity('x'.repeat(37), 's')).toThrow(RangeError);
});
