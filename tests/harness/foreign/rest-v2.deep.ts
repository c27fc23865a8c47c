import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { importPKCS8, type JWTPayload, SignJWT } from 'jose';
import { type Answer, type Call, Client, call } from './client.ts';
import { type Foreign, test } from './foreign-fixture.ts';
import type { ForeignService } from './foreign-service.ts';

const anotherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;

const nowS = () => Math.floor(Date.now() / 1000);

/** Clients of the service, which sign their tokens as in the contract file. */
async function clientsOf(service: ForeignService) {
  const { SERVICE_CA, JWT_KEY_FILE } = service.environment;
  const ca = readFileSync(SERVICE_CA!, 'utf8');
  const ownKey = readFileSync(JWT_KEY_FILE!, 'utf8');
  const token = async (claims: JWTPayload, { key = ownKey, kid = 'k1' } = {}) =>
    new SignJWT({ aud: 'meet', exp: nowS() + 60, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(await importPKCS8(key, 'RS256'));
  const as =
    (bearer: string | undefined) =>
    (method: string, path: string, more: Call = {}): Promise<Answer> => {
      const headers: Record<string, string> =
        bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      return call(method, `${service.url}${path}`, { ...more, ca, headers: { ...headers, ...more.headers } });
    };
  const user = async (sub: string) => as(await token({ sub }));
  const socket = { path: '/v2/live', ca };
  return { ca, token, as, user, socket };
}

type Clients = Awaited<ReturnType<typeof clientsOf>>;

async function openRoom(api: Awaited<ReturnType<Clients['user']>>, more: object = {}): Promise<string> {
  const { status, body } = await api('POST', '/v2/rooms', { json: { name: 'tests', ...more } });
  expect(status).toBe(201);
  return body.room.id;
}

/** A room with Ann and Bob. `enter` opens a connection of a guest that listens to the room. */
async function roomOfTwo(foreign: Foreign, service: ForeignService) {
  const { user, token, socket } = await clientsOf(service);
  const [ann, bob] = [await user('ann'), await user('bob')];
  const room = await openRoom(ann);
  await bob('PUT', `/v2/rooms/${room}/guests/me`);
  const enter = async (sub: string) => {
    const client = await foreign.connect(service.url, { ...socket, auth: { token: await token({ sub }) } });
    await client.ask('room.subscribe', { room }, 'room.subscribed');
    return client;
  };
  return { room, ann, enter };
}

async function guestsIn(api: Awaited<ReturnType<Clients['user']>>, room: string): Promise<string[]> {
  const { body } = await api('GET', `/v2/rooms/${room}`);
  return body.room.guests.map(({ id }: { id: string }) => id);
}

test.describe('the rest-v2 service', () => {
  test('lets guests enter, raise a hand and leave, and sends events to listeners', async ({ foreign }) => {
    const service = await foreign.start('rest-v2');
    const { user, token, socket } = await clientsOf(service);
    const [ann, bob] = [await user('ann'), await user('bob')];
    const room = await openRoom(ann);
    const listener = await foreign.connect(service.url, {
      ...socket,
      auth: { token: await token({ sub: 'ann' }) },
    });
    const subscribed = await listener.ask('room.subscribe', { room }, 'room.subscribed');
    expect(subscribed).toMatchObject({ room, guests: [{ id: 'ann', part: 'owner' }] });

    const me = `/v2/rooms/${room}/guests/me`;
    expect(await bob('PUT', me)).toMatchObject({ status: 201, body: { guest: 'bob' } });
    expect((await bob('PUT', me)).status).toBe(200);
    for (const method of ['PUT', 'PUT', 'DELETE']) expect((await bob(method, `${me}/hand`)).status).toBe(204);
    const { body } = await ann('GET', `/v2/rooms/${room}`);
    expect(body.room).toMatchObject({ state: 'open', guests: [{ id: 'ann' }, { id: 'bob', handUp: false }] });
    expect((await bob('DELETE', me)).status).toBe(204);
    expect((await ann('DELETE', me)).status).toBe(204);

    // Ann gets no more events after she has left the room.
    expect(listener.heard.map(({ name, content }) => [name, content.guest, content.up])).toEqual([
      ['room.subscribed', undefined, undefined],
      ['guest.arrived', expect.objectContaining({ id: 'bob', part: 'guest' }), undefined],
      ['hand.changed', 'bob', true],
      ['hand.changed', 'bob', false],
      ['guest.gone', 'bob', undefined],
    ]);
    expect((await ann('GET', `/v2/rooms/${room}`)).body.room).toMatchObject({ state: 'closed', guests: [] });
    expect(await bob('PUT', me)).toMatchObject({ status: 410, body: { code: 'ROOM_CLOSED' } });
  });

  test('makes another guest the owner when the owner leaves', async ({ foreign }) => {
    const service = await foreign.start('rest-v2');
    const { user, token, socket } = await clientsOf(service);
    const [ann, bob] = [await user('ann'), await user('bob')];
    const room = await openRoom(ann);
    await bob('PUT', `/v2/rooms/${room}/guests/me`);
    const auth = { token: await token({ sub: 'bob' }) };
    const listener = await foreign.connect(service.url, { ...socket, auth });
    await listener.ask('room.subscribe', { room }, 'room.subscribed');
    const promoted = listener.next('room.owner');
    await ann('DELETE', `/v2/rooms/${room}/guests/me`);
    expect(await promoted).toEqual({ room, guest: 'bob' });
    expect((await bob('GET', `/v2/rooms/${room}`)).body.room.guests).toMatchObject([
      { id: 'bob', part: 'owner' },
    ]);
  });

  test('admits simultaneous guests only to free seats, and a guest again to a full room', async ({
    foreign,
  }) => {
    const { user } = await clientsOf(await foreign.start('rest-v2'));
    const ann = await user('ann');
    const me = `/v2/rooms/${await openRoom(ann, { seats: 4 })}/guests/me`;
    const others = await Promise.all(Array.from({ length: 10 }, (_, number) => user(`user-${number}`)));
    const answers = await Promise.all(others.map((one) => one('PUT', me)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      Array.from({ length: 7 }, () => [409, 'ROOM_FULL']),
    );
    expect((await ann('PUT', me)).status).toBe(200);
  });

  test('refuses bad tokens over HTTP and on sockets', async ({ foreign }) => {
    const service = await foreign.start('rest-v2');
    const { as, token, socket } = await clientsOf(service);
    const [header, payload] = (await token({ sub: 'ann' })).split('.');
    const noSignature = Buffer.from('{"alg":"none"}').toString('base64url');
    const bad: Record<string, string | undefined> = {
      forged: await token({ sub: 'ann' }, { key: anotherKey }),
      'an unknown key': await token({ sub: 'ann' }, { kid: 'k2' }),
      unsigned: `${noSignature}.${payload}.`,
      'cut off': `${header}.${payload}.`,
      expired: await token({ sub: 'ann', exp: nowS() - 60 }),
      'for another audience': await token({ sub: 'ann', aud: 'shop' }),
      'a refresh token': await token({ sub: 'ann', type: 'refresh' }),
      'without user': await token({}),
      garbage: 'not-a-token',
      missing: undefined,
    };
    for (const [what, bearer] of Object.entries(bad)) {
      const answer = await as(bearer)('GET', '/v2/rooms');
      expect([what, answer.status, typeof answer.body.code]).toEqual([what, 401, 'string']);
      const refused = Client.connect(service.url, { ...socket, auth: { token: bearer } });
      await expect(refused, what).rejects.toThrow(/BAD_TOKEN|NO_TOKEN/);
    }
    const good = await as(await token({ sub: 'ann' }))('GET', '/v2/rooms');
    expect(good).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
  });

  test('publishes the public key of its tokens', async ({ foreign }) => {
    const { as } = await clientsOf(await foreign.start('rest-v2'));
    const { body } = await as(undefined)('GET', '/.well-known/jwks.json');
    expect(body.keys).toMatchObject([{ kid: 'k1', alg: 'RS256', kty: 'RSA' }]);
    expect(body.keys[0]).not.toHaveProperty('d');
  });

  test('shows a certificate of its own CA for its name and its address', async ({ foreign }) => {
    const service = await foreign.start('rest-v2');
    const { ca } = await clientsOf(service);
    const health = `${service.url}/healthz`;
    expect(await call('GET', health, { ca })).toMatchObject({ status: 200, body: { up: true } });
    expect((await call('GET', health.replace('localhost', '127.0.0.1'), { ca })).status).toBe(200);
    await expect(call('GET', health)).rejects.toThrow(/certificate/);
  });

  test('refuses strangers who listen or raise a hand', async ({ foreign }) => {
    const service = await foreign.start('rest-v2');
    const { user, token, socket } = await clientsOf(service);
    const room = await openRoom(await user('ann'));
    const hand = await (await user('eve'))('PUT', `/v2/rooms/${room}/guests/me/hand`);
    expect(hand).toMatchObject({ status: 403, body: { code: 'NOT_A_GUEST' } });
    const eve = await foreign.connect(service.url, {
      ...socket,
      auth: { token: await token({ sub: 'eve' }) },
    });
    expect(await eve.ask('room.subscribe', { room }, 'room.refused')).toEqual({ room, code: 'NOT_A_GUEST' });
    await (await user('ann'))('PUT', `/v2/rooms/${room}/guests/me/hand`);
    // All earlier events of the room arrive before this answer.
    const nowhere = crypto.randomUUID();
    expect(await eve.ask('room.subscribe', { room: nowhere }, 'room.refused')).toMatchObject({
      code: 'NO_SUCH_ROOM',
    });
    expect(eve.named('hand.changed')).toEqual([]);
  });

  test('refuses bad input with a code, and keeps running', async ({ foreign }) => {
    const service = await foreign.start('rest-v2');
    const { user, token, socket } = await clientsOf(service);
    const ann = await user('ann');
    const room = await openRoom(ann);
    const bad: [string, string, Call?][] = [
      ...['{"name":', '', 'null', '[]', '5', `{"name":${'['.repeat(4000)}${']'.repeat(4000)}}`].map(
        (raw): [string, string, Call] => ['POST', '/v2/rooms', { raw }],
      ),
      ...[
        {},
        { name: 5 },
        { name: '' },
        { name: 'x'.repeat(101) },
        { name: 'x', seats: 1 },
        { name: 'x', a: 1 },
      ].map((json): [string, string, Call] => ['POST', '/v2/rooms', { json }]),
      ['POST', '/v2/rooms', { raw: 'name=x', headers: { 'content-type': 'text/plain' } }],
      ['POST', '/v2/rooms', { json: { name: 'x'.repeat(20_000) } }],
      ['PUT', `/v2/rooms/${room}/guests/me`, { json: { part: 'owner' } }],
      ['GET', '/v2/rooms?size=0'],
      ['GET', '/v2/rooms?page=many'],
      ['GET', '/v2/rooms/%ff%fe'],
      ['GET', `/v2/rooms/${'x'.repeat(2000)}`],
      ['GET', '/v2/rooms/nowhere'],
      ['DELETE', '/v2/rooms/nowhere/guests/me'],
      ['PATCH', `/v2/rooms/${room}`],
    ];
    for (const [method, path, more] of bad) {
      const { status, body, text } = await ann(method, path, more);
      const what = `${method} ${path.slice(0, 60)} ${JSON.stringify(more)?.slice(0, 60)}: ${text}`;
      expect(status, what).toBeGreaterThanOrEqual(400);
      expect(status, what).toBeLessThan(500);
      expect(body, what).toEqual({ code: expect.any(String), detail: expect.any(String) });
    }
    const client = await foreign.connect(service.url, {
      ...socket,
      auth: { token: await token({ sub: 'ann' }) },
    });
    for (const message of [undefined, null, 5, {}, [], { room: 5 }, { room: 'x'.repeat(4000) }])
      expect(await client.ask('room.subscribe', message, 'room.refused')).toEqual({
        room: null,
        code: 'BAD_MESSAGE',
      });
    expect((await ann('GET', `/v2/rooms/${room}`)).body.room.guests).toHaveLength(1);
  });

  test('limits each user separately, and sends retry-after', async ({ foreign }) => {
    const { user } = await clientsOf(await foreign.start('rest-v2'));
    const [ann, bob] = [await user('ann'), await user('bob')];
    const answers = await Promise.all(Array.from({ length: 41 }, () => ann('GET', '/v2/rooms')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(40);
    expect(answers.find(({ status }) => status === 429)).toMatchObject({
      headers: { 'retry-after': expect.stringMatching(/^\d+$/), 'ratelimit-limit': '40' },
      body: { code: 'TOO_MANY_CALLS' },
    });
    expect((await bob('GET', '/v2/rooms')).status).toBe(200);
  });

  test('sends no CORS permission to foreign origins', async ({ foreign }) => {
    const { user } = await clientsOf(await foreign.start('rest-v2'));
    const ann = await user('ann');
    const headers = { origin: 'https://foreign.example' };
    for (const path of ['/v2/rooms', '/v2/live/?EIO=4&transport=polling']) {
      const answer = await ann('GET', path, { headers });
      expect([path, answer.status, answer.headers['access-control-allow-origin']]).toEqual([
        path,
        200,
        undefined,
      ]);
    }
  });

  test('removes a guest without a connection after the grace time', async ({ foreign }) => {
    const service = await foreign.start('rest-v2', { graceMs: 1500 });
    const { room, ann, enter } = await roomOfTwo(foreign, service);
    const listener = await enter('ann');
    const lost = await enter('bob');
    // Ann returns in time, Bob does not.
    listener.close();
    const gone = (await enter('ann')).next('guest.gone');
    lost.vanish();
    expect(await gone).toEqual({ room, guest: 'bob', why: 'vanished' });
    expect(await guestsIn(ann, room)).toEqual(['ann']);
  });

  test('the defect ghost-guests keeps a guest without a connection in the room', async ({ foreign }) => {
    const damaged = await roomOfTwo(
      foreign,
      await foreign.start('rest-v2', { graceMs: 300, defects: ['ghost-guests'] }),
    );
    const good = await roomOfTwo(foreign, await foreign.start('rest-v2', { graceMs: 300 }));
    const gone = (await good.enter('ann')).next('guest.gone');
    const [first, second] = [await damaged.enter('bob'), await good.enter('bob')];
    first.close();
    second.close();
    // The good service has removed its guest.
    await gone;
    expect(await guestsIn(good.ann, good.room)).toEqual(['ann']);
    expect(await guestsIn(damaged.ann, damaged.room)).toEqual(['ann', 'bob']);
  });

  test('accepts only wrong signatures over HTTP with the defect forged-accepted', async ({ foreign }) => {
    const service = await foreign.start('rest-v2', { defects: ['forged-accepted'] });
    const { as, token, socket } = await clientsOf(service);
    const forged = await token({ sub: 'ann' }, { key: anotherKey });
    expect((await as(forged)('GET', '/v2/rooms')).status).toBe(200);
    for (const claims of [{ sub: 'ann', aud: 'shop' }, { sub: 'ann', exp: nowS() - 60 }, {}])
      expect((await as(await token(claims))('GET', '/v2/rooms')).status).toBe(401);
    await expect(Client.connect(service.url, { ...socket, auth: { token: forged } })).rejects.toThrow(
      'BAD_TOKEN',
    );
  });
});
