// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { generateKeyPairSync } from 'node:crypto';
import { expect } from '@playwright/test';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { type TokenFault, tokenFaults } from '../../../../src/meetings/identities/account.ts';
import type { Identities } from '../../../../src/meetings/identities/identities.ts';
import { test } from './opened.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const secret = new TextEncoder().encode('a secret of this test');
const claims = { sub: '${user}', aud: 'meet', type: 'access' };
const hs256 = { jwt: { secret: 'a secret of this test', claims } };
const rs256 = { jwt: { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), kid: 'k1', claims } };

/** The verdict of a careful service on a token: the code of the error, or the claims. */
async function judged(token: string, key: Parameters<typeof jwtVerify>[1], alg: string) {
  try {
    const { payload } = await jwtVerify(token, key, { audience: 'meet', algorithms: [alg] });
    return payload;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** A token with one fault for the user of this name; undefined if it cannot be made. */
async function wrongToken(identities: Identities, fault: TokenFault, name: string) {
  const identity = await identities.wrongIdentity(fault, name);
  await identity?.release();
  return identity?.token;
}

const expected = {
  forged: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  unsigned: 'ERR_JOSE_ALG_NOT_ALLOWED',
  expired: 'ERR_JWT_EXPIRED',
  garbage: 'ERR_JWS_INVALID',
  'wrong-audience': 'ERR_JWT_CLAIM_VALIDATION_FAILED',
  'wrong-type': expect.objectContaining({ sub: 'ann', type: 'refresh' }),
  'without-user': { aud: 'meet', type: 'access', iat: expect.any(Number), exp: expect.any(Number) },
};

test('gives each HS256 token exactly one fault', async ({ open }) => {
  const identities = await open({ identity: hs256 });
  const right = await identities.open('ann');
  expect(await judged(right.token!, secret, 'HS256')).toMatchObject({ sub: 'ann', type: 'access' });
  for (const [fault, verdict] of Object.entries(expected)) {
    const token = await wrongToken(identities, fault as keyof typeof expected, 'ann');
    expect(await judged(token!, secret, 'HS256'), fault).toEqual(verdict);
  }
  expect(await wrongToken(identities, 'missing', 'ann')).toBeUndefined();
  expect(await wrongToken(identities, 'public-key-as-secret', 'ann')).toBeUndefined();
});

test('gives each RS256 token exactly one fault, including the public key as the HMAC secret', async ({
  open,
}) => {
  const identities = await open({ identity: rs256 });
  for (const [fault, verdict] of Object.entries(expected)) {
    const token = await wrongToken(identities, fault as keyof typeof expected, 'ann');
    expect(await judged(token!, publicKey, 'RS256'), fault).toEqual(verdict);
  }
  const forged = (await wrongToken(identities, 'forged', 'ann'))!;
  expect(decodeProtectedHeader(forged)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
  expect(decodeJwt(forged).sub).toBe('ann');
  const confused = (await wrongToken(identities, 'public-key-as-secret', 'ann'))!;
  expect(await judged(confused, publicKey, 'RS256')).toBe('ERR_JOSE_ALG_NOT_ALLOWED');
  const pem = new TextEncoder().encode(publicKey.export({ type: 'spki', format: 'pem' }) as string);
  expect(await judged(confused, pem, 'HS256')).toMatchObject({ sub: 'ann' });
});

test('gives a user with a long id a valid token when the harness names the users', async ({ open }) => {
  const identities = await open({ identity: hs256 });
  const long = (await identities.wrongIdentity('long-user', 'ann'))!;
  expect(long.userId).toMatch(/^annx{45}$/);
  expect(await judged(long.token!, secret, 'HS256')).toMatchObject({ sub: long.userId, aud: 'meet' });
  const none = await open({ identity: { none: {} } });
  expect(await none.wrongIdentity('long-user', 'ann')).toBeUndefined();
});

test('makes no fault in a claim that the token does not have', async ({ open }) => {
  const identities = await open({ identity: { jwt: { secret: 'abcdef', claims: { aud: 'meet' } } } });
  expect(await wrongToken(identities, 'wrong-type', 'ann')).toBeUndefined();
  expect(await wrongToken(identities, 'without-user', 'ann')).toBeUndefined();
});

test('puts the fault into every part that carries the token', async ({ open }) => {
  const send = {
    query: { access_token: '${token}', v: '2' },
    socket: { header: { 'x-token': 'T ${token}' } },
  };
  const identities = await open({ identity: hs256, send });
  const garbage = (await identities.wrongIdentity('garbage', 'ann'))!;
  expect([garbage.query, garbage.headers, garbage.socket]).toEqual([
    '?access_token=not-a-token&v=2',
    {},
    { headers: { 'x-token': 'T not-a-token' } },
  ]);
  const missing = (await identities.wrongIdentity('missing', 'ann'))!;
  expect([missing.userId, missing.token, missing.query, missing.socket]).toEqual([
    'ann',
    undefined,
    '?v=2',
    { headers: {} },
  ]);
});

test('makes only the faults that need no key when it has no key', async ({ open, write }) => {
  const jwt = (await (await open({ identity: hs256 })).open('x')).token!;
  write('users.csv', `id,token\nann,${jwt}\nben,3f2a-77bc-aa01\n`);
  const identities = await open({
    identity: { users: { file: 'users.csv', user: 'row.id', token: 'row.token' } },
  });
  const made = async (name: string) => {
    const faults = await Promise.all(
      tokenFaults.map(async (fault) => [fault, await wrongToken(identities, fault, name)] as const),
    );
    return Object.fromEntries(faults.filter(([, token]) => token !== undefined));
  };
  const [ann, ben] = [await identities.open('p1'), await identities.open('p2')];
  const [ofAnn, ofBen] = [await made('p1'), await made('p2')];
  expect(Object.keys(ofAnn)).toEqual(['forged', 'unsigned', 'garbage']);
  expect(await judged(ofAnn.forged!, secret, 'HS256')).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  expect(decodeJwt(ofAnn.unsigned!)).toEqual(decodeJwt(ann.token!));
  expect(Object.keys(ofBen)).toEqual(['forged', 'garbage']);
  expect(ofBen.forged).toMatch(/^[\da-f]{4}-[\da-f]{4}-[\da-f]{4}$/);
  expect(ofBen.forged).not.toBe(ben.token);
});

test('a faulty identity keeps its account until it is released', async ({ open, write }) => {
  write('users.csv', 'id,token\nann,opaque-token-1\n');
  const identities = await open({
    identity: { users: { file: 'users.csv', user: 'row.id', token: 'row.token' } },
  });
  const wrong = await identities.wrongIdentity('forged', 'p1');
  await expect(identities.open('p2')).rejects.toThrow('all of them are in use');
  await wrong!.release();
  expect(await identities.wrongIdentity('expired', 'p3')).toBeUndefined();
  expect((await identities.open('p4')).userId).toBe('ann');
});
