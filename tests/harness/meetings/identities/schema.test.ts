// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { identitySchema, sendSchema } from '../../../../src/meetings/identities/schema.ts';

/** `path: message` of each mistake. */
function mistakes(schema: z.ZodType, written: unknown): string[] {
  const read = schema.safeParse(written);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('parses durations to ms, and users to a range or a file', () => {
  const read = (renew: string, users: string) =>
    identitySchema.parse({ login: { post: '/in', token: 'body.t', renew, users } }).login;
  expect(read('90s', '1..200')).toMatchObject({ renew: 90_000, users: { first: 1, last: 200 } });
  expect(read('1.5h', 'users.csv')).toMatchObject({ renew: 5_400_000, users: { file: 'users.csv' } });
});

test.describe('invalid identities', () => {
  const jwt = { secret: '${env.S}' };
  const login = { post: '/in', token: 'body.t' };
  const cases: [string, object, string][] = [
    [
      'an empty identity',
      {},
      ': exactly one of jwt, login, users, command, none is required, but the section is empty',
    ],
    [
      'two kinds of identity',
      { jwt, none: {} },
      ': exactly one of jwt, login, users, command, none is required, but it has jwt and none',
    ],
    ['an unknown field', { jwt: { ...jwt, algo: 'x' } }, 'jwt: Unrecognized key: "algo"'],
    ['an unknown algorithm', { jwt: { ...jwt, alg: 'HS1' } }, 'jwt.alg: Invalid option'],
    ['a jwt without a key', { jwt: {} }, 'jwt.secret: exactly one of `secret` (HS256) and `key`'],
    [
      'a jwt with two keys',
      { jwt: { ...jwt, key: 'k' } },
      'jwt.secret: exactly one of `secret` (HS256) and `key`',
    ],
    ['a secret for RS256', { jwt: { ...jwt, alg: 'RS256' } }, 'jwt.secret: RS256 signs with a private key'],
    ['a key for HS256', { jwt: { key: 'k', alg: 'HS256' } }, 'jwt.key: HS256 signs with a secret'],
    [
      'a renewal after the expiry',
      { jwt: { ...jwt, expires: '10m', renew: '10m' } },
      'jwt.renew: tokens expire before',
    ],
    ['a renewal after 0 s', { jwt: { ...jwt, renew: '0s' } }, 'jwt.renew: a duration above zero'],
    ['a renewal without a unit', { jwt: { ...jwt, renew: '10' } }, 'jwt.renew: a duration above zero'],
    [
      'a jwt with `users` but without `user`',
      { jwt: { ...jwt, users: 'u.csv' } },
      'jwt.user: `users` needs `user`',
    ],
    [
      'a jwt with `user` but without `users`',
      { jwt: { ...jwt, user: 'row.id' } },
      'jwt.user: without `users`',
    ],
    [
      'an unknown variable',
      { jwt: { ...jwt, claims: { sub: '${usr}' } } },
      'jwt.claims.sub: "usr" is not known here: did you mean "user"?',
    ],
    [
      'an expression that is not CEL',
      { login: { ...login, token: 'body.' } },
      'login.token: "body." is not valid CEL',
    ],
    [
      'a mistake in nested JSON',
      { login: { ...login, json: { a: [{ b: '${bdy.x}' }] } } },
      'login.json: "bdy.x" reads "bdy"',
    ],
    [
      'a login without a call',
      { login: { token: 'body.t' } },
      'login: exactly one of `post`, `put` and `get` is needed',
    ],
    [
      'a login with two bodies',
      { login: { ...login, json: {}, form: {} } },
      'login.form: a call has one body',
    ],
    ['a login that yields nothing', { login: { post: '/in' } }, 'login: a login needs `token`'],
    [
      'a reversed range of users',
      { login: { ...login, users: '9..1' } },
      'login.users: two numbers, the smaller first',
    ],
    ['users as a number', { login: { ...login, users: 500 } }, 'login.users: 1..500'],
    ['users as a quoted number', { login: { ...login, users: '500' } }, 'login.users: 1..500'],
    ['a negative number of users', { login: { ...login, users: -5 } }, 'login.users: Invalid input'],
    [
      '`number` without numbered users',
      { login: { ...login, json: { n: '${number}' } } },
      'login.users: `number` is used',
    ],
    [
      '`row` without a user file',
      { command: { run: 'x ${row.id}', users: '1..2' } },
      'command.users: `row` is used',
    ],
    ['a user file without the id of a user', { users: { file: 'u.csv' } }, 'users.user: Invalid input'],
  ];
  for (const [name, written, message] of cases)
    test(`refuses ${name} and names its place`, () => {
      expect(mistakes(identitySchema, written)).toEqual([expect.stringContaining(message)]);
    });
});

test('refuses an invalid `send` and names its place', () => {
  expect(mistakes(sendSchema, { header: { a: '${tokn}' } })).toEqual([
    'header.a: "tokn" is not known here: did you mean "token"?',
  ]);
  expect(mistakes(sendSchema, { socket: { firs: {} } })).toEqual(['socket: Unrecognized key: "firs"']);
  expect(mistakes(sendSchema, { socket: { first: { json: {} } } })).toHaveLength(1);
});

test('accepts functions in place of expressions and templates', () => {
  const fn = () => 'x';
  expect(mistakes(identitySchema, { login: { post: fn, json: fn, token: fn, user: fn } })).toEqual([]);
  expect(mistakes(sendSchema, { header: { a: fn }, socket: { auth: { b: fn } } })).toEqual([]);
});

test('the JSON schema describes each field and requires exactly one identity', () => {
  const json = z.toJSONSchema(identitySchema, { io: 'input', unrepresentable: 'any' });
  expect(json).toMatchObject({ minProperties: 1, maxProperties: 1, additionalProperties: false });
  const undescribed: string[] = [];
  const visit = (schema: z.core.JSONSchema.BaseSchema, path: string) => {
    for (const [name, one] of Object.entries(schema.properties ?? {})) {
      const property = one as z.core.JSONSchema.BaseSchema;
      if (property.description === undefined) undescribed.push(`${path}${name}`);
      visit(property, `${path}${name}.`);
    }
  };
  visit(json, '');
  visit(z.toJSONSchema(sendSchema, { io: 'input', unrepresentable: 'any' }), 'send.');
  expect(undescribed).toEqual([]);
  expect(Object.keys(json.properties!)).toEqual(['jwt', 'login', 'users', 'command', 'none']);
});
