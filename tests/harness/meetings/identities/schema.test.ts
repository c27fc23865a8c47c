// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { identitySchema, sendSchema } from '../../../../src/meetings/identities/schema.ts';

/** `path: message` of each mistake. */
function mistakes(schema: z.ZodType, written: unknown): string[] {
  const read = schema.safeParse(written);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('durations are ms, and users are numbers or a file', () => {
  const read = (renew: string, users: string) =>
    identitySchema.parse({ login: { post: '/in', token: 'body.t', renew, users } }).login;
  expect(read('90s', '1..200')).toMatchObject({ renew: 90_000, users: { first: 1, last: 200 } });
  expect(read('1.5h', 'users.csv')).toMatchObject({ renew: 5_400_000, users: { file: 'users.csv' } });
});

test.describe('refuses a wrong identity with its place', () => {
  const jwt = { secret: '${env.S}' };
  const login = { post: '/in', token: 'body.t' };
  const cases: [string, object, string][] = [
    ['none of them', {}, ': exactly one of jwt, login, users, command, none is needed, and there is none'],
    [
      'two',
      { jwt, none: {} },
      ': exactly one of jwt, login, users, command, none is needed, and there are jwt and none',
    ],
    ['an unknown word', { jwt: { ...jwt, algo: 'x' } }, 'jwt: Unrecognized key: "algo"'],
    ['an unknown algorithm', { jwt: { ...jwt, alg: 'HS1' } }, 'jwt.alg: Invalid option'],
    ['no key', { jwt: {} }, 'jwt.secret: exactly one of `secret` (HS256) and `key`'],
    ['two keys', { jwt: { ...jwt, key: 'k' } }, 'jwt.secret: exactly one of `secret` (HS256) and `key`'],
    ['a secret for RS256', { jwt: { ...jwt, alg: 'RS256' } }, 'jwt.secret: RS256 signs with a private key'],
    ['a key for HS256', { jwt: { key: 'k', alg: 'HS256' } }, 'jwt.key: HS256 signs with a secret'],
    ['a late renewal', { jwt: { ...jwt, expires: '10m', renew: '10m' } }, 'jwt.renew: tokens end before'],
    ['no time', { jwt: { ...jwt, renew: '0s' } }, 'jwt.renew: a duration above zero'],
    ['a time without unit', { jwt: { ...jwt, renew: '10' } }, 'jwt.renew: a duration above zero'],
    ['users without ids', { jwt: { ...jwt, users: 'u.csv' } }, 'jwt.user: with `users`, say where the id'],
    ['ids without users', { jwt: { ...jwt, user: 'row.id' } }, 'jwt.user: without `users`'],
    [
      'an unknown variable',
      { jwt: { ...jwt, claims: { sub: '${usr}' } } },
      'jwt.claims.sub: "usr" is not known here: did you mean "user"?',
    ],
    ['no CEL', { login: { ...login, token: 'body.' } }, 'login.token: "body." cannot be read as CEL'],
    [
      'a deep mistake',
      { login: { ...login, json: { a: [{ b: '${bdy.x}' }] } } },
      'login.json: "bdy.x" reads "bdy"',
    ],
    ['no call', { login: { token: 'body.t' } }, 'login: exactly one of `post`, `put` and `get` is needed'],
    ['two bodies', { login: { ...login, json: {}, form: {} } }, 'login.form: a call has one body'],
    ['nothing gained', { login: { post: '/in' } }, 'login: say what the login gives'],
    [
      'a range backwards',
      { login: { ...login, users: '9..1' } },
      'login.users: two numbers, the smaller first',
    ],
    ['a count', { login: { ...login, users: 500 } }, 'login.users: 1..500'],
    ['a count in quotes', { login: { ...login, users: '500' } }, 'login.users: 1..500'],
    ['a number that is no count', { login: { ...login, users: -5 } }, 'login.users: Invalid input'],
    [
      'a number that nobody has',
      { login: { ...login, json: { n: '${number}' } } },
      'login.users: `number` is read',
    ],
    [
      'a row that nobody has',
      { command: { run: 'x ${row.id}', users: '1..2' } },
      'command.users: `row` is read',
    ],
    ['no user of a row', { users: { file: 'u.csv' } }, 'users.user: Invalid input'],
  ];
  for (const [name, written, message] of cases)
    test(name, () => {
      expect(mistakes(identitySchema, written)).toEqual([expect.stringContaining(message)]);
    });
});

test('refuses a wrong `send` with its place', () => {
  expect(mistakes(sendSchema, { header: { a: '${tokn}' } })).toEqual([
    'header.a: "tokn" is not known here: did you mean "token"?',
  ]);
  expect(mistakes(sendSchema, { socket: { firs: {} } })).toEqual(['socket: Unrecognized key: "firs"']);
  expect(mistakes(sendSchema, { socket: { first: { json: {} } } })).toHaveLength(1);
});

test('functions may stand wherever expressions and templates do', () => {
  const fn = () => 'x';
  expect(mistakes(identitySchema, { login: { post: fn, json: fn, token: fn, user: fn } })).toEqual([]);
  expect(mistakes(sendSchema, { header: { a: fn }, socket: { auth: { b: fn } } })).toEqual([]);
});

test('editors get a description of each word, and that exactly one identity is given', () => {
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
