// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect } from '@playwright/test';
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { UserError } from '../../../../src/kernel/errors.ts';
import { listening } from '../small-server.ts';
import { test } from './opened.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');
const another = generateKeyPairSync('rsa', { modulusLength: 2048 });

const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8') =>
  key.export({ type: type as 'pkcs8', format: 'pem' }) as string;
const jwks = (key: KeyObject, kid = 'k1') =>
  createLocalJWKSet({ keys: [{ ...key.export({ format: 'jwk' }), kid }] } as JSONWebKeySet);

const hs256 = { jwt: { secret: '${env.JWT_SECRET}' } };
const environment = { JWT_SECRET: 'a secret of this test', JWT_KEY_FILE: 'key.pem' };
const secret = new TextEncoder().encode(environment.JWT_SECRET);

test('signs an HS256 token with the default claims for one day', async ({ open }) => {
  const identities = await open({ identity: hs256 }, { environment });
  const ann = await identities.open('ann');
  const { payload, protectedHeader } = await jwtVerify(ann.token!, secret);
  expect(ann.userId).toBe('ann');
  expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(payload).toEqual({
    userId: 'ann',
    sub: 'ann',
    type: 'access',
    iat: expect.any(Number),
    exp: payload.iat! + 86_400,
  });
  expect(ann.headers).toEqual({ authorization: `Bearer ${ann.token}` });
  expect(ann.socket).toEqual({ auth: { token: ann.token } });
  expect(ann.query).toBe('');
  await expect(jwtVerify(ann.token!, new TextEncoder().encode('another one'))).rejects.toThrow();
});

test('accepts any text as the secret and as the user', async ({ open }) => {
  const JWT_SECRET = 'Zoë’s 👋 secret';
  const identities = await open({ identity: hs256 }, { environment: { JWT_SECRET } });
  const { token } = await identities.open('ünï "quoted"');
  const { payload } = await jwtVerify(token!, new TextEncoder().encode(JWT_SECRET));
  expect(payload.sub).toBe('ünï "quoted"');
});

test.describe('tokens signed with a private key', () => {
  const kinds = [
    ['RS256', rsa, 'pkcs8'],
    ['RS256', rsa, 'pkcs1'],
    ['PS384', rsa, 'pkcs8'],
    ['ES256', p256, 'sec1'],
    ['EdDSA', ed25519, 'pkcs8'],
  ] as const;
  for (const [alg, { privateKey, publicKey }, form] of kinds)
    test(`signs ${alg} tokens with a ${form} key that the public key verifies`, async ({ open, write }) => {
      write('key.pem', pem(privateKey, form));
      const claims = { sub: '${user}', aud: 'meet', scope: ['join', '${user}'] };
      const identity = { jwt: { alg, key: '${env.JWT_KEY_FILE}', kid: 'k1', claims, expires: '1h' } };
      const identities = await open({ identity }, { environment });
      const { token } = await identities.open('ann');
      const { payload, protectedHeader } = await jwtVerify(token!, jwks(publicKey), { audience: 'meet' });
      expect(protectedHeader).toEqual({ alg, typ: 'JWT', kid: 'k1' });
      expect(payload).toEqual({
        sub: 'ann',
        aud: 'meet',
        scope: ['join', 'ann'],
        iat: expect.any(Number),
        exp: payload.iat! + 3600,
      });
      expect(identities.describe()).toBe(
        `${alg} tokens signed with the key of JWT_KEY_FILE, renewed every 30 min`,
      );
      await expect(jwtVerify(token!, jwks(another.publicKey))).rejects.toThrow();
    });
});

test('signs with the key that `kid` chooses, and the published keys verify the token', async ({
  open,
  write,
}) => {
  const keys = [
    { ...another.privateKey.export({ format: 'jwk' }), kid: 'old' },
    { ...p256.privateKey.export({ format: 'jwk' }), kid: 'new' },
  ];
  write('keys.json', JSON.stringify({ keys }));
  const published = keys.map(({ d, p, q, dp, dq, qi, ...shown }) => shown);
  const url = await listening((_, response) => response.end(JSON.stringify({ keys: published })));
  const identities = await open({ identity: { jwt: { key: 'keys.json', kid: 'new' } } });
  const { token } = await identities.open('ann');
  const { protectedHeader } = await jwtVerify(token!, createRemoteJWKSet(new URL(`${url}/keys`)));
  expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'new' });
});

test('reads the key from a variable and uses the kid of the JWK', async ({ open }) => {
  const KEY = JSON.stringify({ ...ed25519.privateKey.export({ format: 'jwk' }), kid: 'mine' });
  const identities = await open({ identity: { jwt: { key: '${env.KEY}' } } }, { environment: { KEY } });
  const { token } = await identities.open('ann');
  const { protectedHeader } = await jwtVerify(token!, jwks(ed25519.publicKey, 'mine'));
  expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'JWT', kid: 'mine' });
  expect(identities.describe()).toBe('EdDSA tokens signed with the key of KEY');
});

test.describe('unusable keys', () => {
  const encrypted = rsa.privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  }) as string;
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const x25519 = generateKeyPairSync('x25519').privateKey;
  const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const twoKeys = JSON.stringify({ keys: [{ kid: 'a' }, { kid: 'b' }] });
  const cases: [string, string, object, RegExp][] = [
    ['a public key', publicPem, {}, /identity\.jwt\.key: JWT_KEY_FILE is a public key.*PKCS8/],
    ['a public JWK', JSON.stringify(rsa.publicKey.export({ format: 'jwk' })), {}, /is a public key/],
    ['a key with a passphrase', encrypted, {}, /has a passphrase/],
    ['a file without a key', 'hello', {}, /is not a private key/],
    ['truncated JSON', '{"kty":', {}, /is not JSON/],
    ['a short key', pem(weak), {}, /RSA key of 1024 bits. Use one of 2048/],
    ['a key that cannot sign', pem(x25519), {}, /"x25519", which cannot sign tokens/],
    [
      'a key of another algorithm',
      pem(rsa.privateKey),
      { alg: 'ES256' },
      /identity\.jwt\.alg: ES256 does not fit.*"rsa 2048"/,
    ],
    ['several keys without a kid', twoKeys, {}, /several keys. Set identity\.jwt\.kid to one of: a, b/],
    ['an unknown kid', twoKeys, { kid: 'c' }, /no key "c".*one of: a, b/],
  ];
  for (const [name, content, more, message] of cases)
    test(`refuses ${name}`, async ({ open, write }) => {
      write('key.pem', content);
      const opening = open({ identity: { jwt: { key: '${env.JWT_KEY_FILE}', ...more } } }, { environment });
      await expect(opening).rejects.toThrow(message);
      await expect(opening).rejects.toBeInstanceOf(UserError);
    });

  test('refuses a key file that does not exist', async ({ open }) => {
    await expect(open({ identity: { jwt: { key: 'nowhere.pem' } } })).rejects.toThrow(
      'identity.jwt.key: "nowhere.pem" does not exist.',
    );
  });

  test('refuses a secret from a variable that is not set', async ({ open }) => {
    await expect(open({ identity: hs256 })).rejects.toThrow(
      'identity.jwt.secret: JWT_SECRET is empty. Set JWT_SECRET to the secret with which the service verifies tokens.',
    );
  });
});

test('puts the ids and columns of a user file into the tokens', async ({ open, write }) => {
  write('users.csv', 'id,team\nann,red\nben,blue\n');
  const claims = { sub: '${user}', team: '${row.team}', seat: '${number}' };
  const jwt = { secret: '${env.JWT_SECRET}', users: 'users.csv', user: 'row.id', claims };
  const identities = await open({ identity: { jwt } }, { environment });
  const [one, two] = [await identities.open('p-1'), await identities.open('p-2')];
  expect((await jwtVerify(one.token!, secret)).payload).toMatchObject({ sub: 'ann', team: 'red', seat: 1 });
  expect((await jwtVerify(two.token!, secret)).payload).toMatchObject({ sub: 'ben', team: 'blue', seat: 2 });
  expect(identities.isOurs('ann', 'p-')).toBe(true);
  expect(identities.isOurs('p-1', 'p-')).toBe(false);
});

test('recognises generated names by their prefix', async ({ open }) => {
  const identities = await open({ identity: hs256 }, { environment });
  expect(identities.isOurs('run-1-ann', 'run-1-')).toBe(true);
  expect(identities.isOurs('run-2-ann', 'run-1-')).toBe(false);
});

test('accepts a user id of 36 characters, and refuses a longer one', async ({ open }) => {
  const identities = await open({ identity: hs256 }, { environment });
  expect((await identities.open('x'.repeat(36))).userId).toHaveLength(36);
  await expect(identities.open('x'.repeat(37))).rejects.toThrow(RangeError);
});

test('describes identities without the secret', async ({ open }) => {
  const identities = await open({ identity: { jwt: { secret: 'written-down-here' } } });
  expect(identities.describe()).toBe('HS256 tokens signed with the secret of the contract file');
});
