import { expect } from '@playwright/test';
import { type Call, Client, call } from './client.ts';
import { type Foreign, test } from './foreign-fixture.ts';
import type { ForeignOptions } from './foreign-service.ts';

const PASSWORD = 'a good password';

/** A service, with a function that logs users in. */
async function conferenceHouse(foreign: Foreign, options: ForeignOptions = {}) {
  const { url } = await foreign.start('cookie-acks', { password: PASSWORD, ...options });
  const api = (method: string, path: string, more?: Call) => call(method, url + path, more);
  const login = async (number: number) => {
    const answer = await api('POST', '/session', {
      json: { email: `u${number}@load.test`, password: PASSWORD },
    });
    expect(answer.status).toBe(200);
    const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
    const as = (method: string, path: string, more?: Call) =>
      api(method, path, { ...more, headers: { cookie } });
    const connect = () => foreign.connect(`${url}/meet`, { path: '/rt', extraHeaders: { cookie } });
    const create = async (more: object = {}): Promise<string> => {
      const created = await as('POST', '/api/conference', { json: { topic: 'tests', ...more } });
      expect(created.status).toBe(201);
      return created.body.conference.key;
    };
    return { id: answer.body.me.id as number, answer, cookie, as, connect, create };
  };
  return { url, api, login };
}

const send = ({ socket }: Client, name: string, message: unknown) => socket.emitWithAck(name, message);

test.describe('the cookie-acks service', () => {
  test('lets users join, raise a hand, talk and leave, and acknowledges each message', async ({
    foreign,
  }) => {
    const { login } = await conferenceHouse(foreign);
    const [ann, bob] = [await login(1), await login(2)];
    const conf = await ann.create();
    const [first, second] = [await ann.connect(), await bob.connect()];
    expect(await send(first, 'conf/join', { conf })).toMatchObject({
      ok: true,
      me: { id: ann.id },
      people: [{ id: ann.id, chair: true, hand: false }],
    });
    for (const _ of [1, 2]) {
      const joined = await send(second, 'conf/join', { conf });
      expect(joined).toMatchObject({
        ok: true,
        me: { id: bob.id },
        people: [{ id: ann.id }, { id: bob.id }],
      });
    }
    expect(await send(second, 'conf/hand', { conf, up: true })).toEqual({ ok: true, conf, up: true });
    expect(await send(second, 'conf/chat', { conf, text: 'hello' })).toEqual({ ok: true, conf });
    const path = `/api/conference/${conf}`;
    expect((await ann.as('GET', `${path}/people`)).body).toMatchObject({
      key: conf,
      phase: 'live',
      people: [{ id: ann.id }, { id: bob.id, hand: true }],
    });
    expect(await send(second, 'conf/leave', { conf })).toEqual({ ok: true, conf });
    // The last user leaves. All earlier events have then arrived.
    expect(await send(first, 'conf/leave', { conf })).toEqual({ ok: true, conf });

    const person = expect.objectContaining({ id: bob.id });
    expect(first.heard).toEqual([
      { name: 'conf/people', content: { conf, kind: 'in', person } },
      { name: 'conf/hand', content: { conf, id: String(bob.id), up: true } },
      { name: 'conf/chat', content: { conf, from: String(bob.id), text: 'hello' } },
      { name: 'conf/people', content: { conf, kind: 'out', person } },
    ]);
    expect((await bob.as('GET', path)).body.conference).toMatchObject({ phase: 'over', taken: 0 });
    expect(await send(second, 'conf/join', { conf })).toEqual({ ok: false, error: 'conference-over' });
  });

  test('ends a conference when its creator leaves before any user has joined', async ({ foreign }) => {
    const { login } = await conferenceHouse(foreign);
    const ann = await login(1);
    const conf = await ann.create();
    expect((await ann.as('GET', `/api/conference/${conf}`)).body.conference.phase).toBe('waiting');
    await send(await (await login(2)).connect(), 'conf/leave', { conf });
    expect((await ann.as('GET', `/api/conference/${conf}`)).body.conference.phase).toBe('waiting');
    await send(await ann.connect(), 'conf/leave', { conf });
    expect((await ann.as('GET', `/api/conference/${conf}`)).body.conference.phase).toBe('over');
  });

  test('refuses wrong logins, and calls and sockets without a session', async ({ foreign }) => {
    const { url, api, login } = await conferenceHouse(foreign);
    const wrong: [unknown, number][] = [
      [{ email: 'u1@load.test', password: 'wrong' }, 401],
      [{ email: 'u501@load.test', password: PASSWORD }, 401],
      [{ email: 'u0@load.test', password: PASSWORD }, 401],
      [{ email: 'someone@load.test', password: PASSWORD }, 401],
      [{ email: 'u1@load.test' }, 400],
      [{ email: { $ne: '' }, password: { $ne: '' } }, 400],
    ];
    for (const [json, status] of wrong) {
      const answer = await api('POST', '/session', { json });
      expect([json, answer.status, answer.headers['set-cookie']]).toEqual([json, status, undefined]);
    }
    const { answer, cookie } = await login(1);
    expect(String(answer.headers['set-cookie'])).toMatch(/^sid=[\w-]{43}; .*HttpOnly; SameSite=Strict/);
    const bad = [
      '',
      'sid=',
      `sid=${'a'.repeat(43)}`,
      cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    ];
    for (const wrongCookie of bad) {
      const refused = await api('POST', '/api/conference', {
        json: { topic: 'x' },
        headers: { cookie: wrongCookie },
      });
      expect(refused).toMatchObject({ status: 401, body: { ok: false, error: 'no-session' } });
      const socket = Client.connect(`${url}/meet`, { path: '/rt', extraHeaders: { cookie: wrongCookie } });
      await expect(socket).rejects.toThrow('no-session');
    }
    const elsewhere = Client.connect(url, { path: '/rt', extraHeaders: { cookie } });
    await expect(elsewhere).rejects.toThrow('nothing-here');
    const page = { cookie, origin: 'https://foreign.example' };
    await expect(Client.connect(`${url}/meet`, { path: '/rt', extraHeaders: page })).rejects.toThrow();
  });

  test('ends the earlier session at a new login, and the sockets at a logout', async ({ foreign }) => {
    const { login } = await conferenceHouse(foreign);
    const before = await login(7);
    const now = await login(7);
    expect(now.id).toBe(before.id);
    expect((await before.as('GET', '/session')).status).toBe(401);
    expect((await now.as('GET', '/session')).body.me.id).toBe(now.id);
    const client = await now.connect();
    const ended = client.next('disconnect');
    expect((await now.as('DELETE', '/session')).status).toBe(200);
    await ended;
    expect((await now.as('GET', '/session')).status).toBe(401);
  });

  test('shows strangers only the number of participants, and refuses their messages', async ({ foreign }) => {
    const { login } = await conferenceHouse(foreign);
    const [ann, eve] = [await login(1), await login(2)];
    const conf = await ann.create();
    const [inside, outside] = [await ann.connect(), await eve.connect()];
    await send(inside, 'conf/join', { conf });
    expect((await eve.as('GET', `/api/conference/${conf}`)).body.conference.taken).toBe(1);
    expect(await eve.as('GET', `/api/conference/${conf}/people`)).toMatchObject({
      status: 403,
      body: { error: 'not-inside' },
    });
    for (const [name, more] of [
      ['conf/hand', { up: true }],
      ['conf/chat', { text: 'hello' }],
    ] as const)
      expect(await send(outside, name, { conf, ...more })).toEqual({ ok: false, error: 'not-inside' });
    await send(inside, 'conf/hand', { conf, up: true });
    await send(outside, 'conf/leave', { conf });
    expect(outside.heard).toEqual([]);
    expect(inside.heard).toMatchObject([{ name: 'conf/hand', content: { id: String(ann.id) } }]);
  });

  test('refuses bad input with a reason, and keeps running', async ({ foreign }) => {
    const { login } = await conferenceHouse(foreign);
    const ann = await login(1);
    const conf = await ann.create();
    const bad: [string, string, Call?][] = [
      ...['{"topic":', '', 'null', '[]', `{"topic":${'['.repeat(4000)}${']'.repeat(4000)}}`].map(
        (raw): [string, string, Call] => ['POST', '/api/conference', { raw }],
      ),
      ...[{}, { topic: 5 }, { topic: '' }, { topic: 'x'.repeat(101) }, { topic: 'x', seats: 1.5 }].map(
        (json): [string, string, Call] => ['POST', '/api/conference', { json }],
      ),
      ['POST', '/api/conference', { json: { topic: 'x'.repeat(20_000) } }],
      ['GET', '/api/conference/%ff'],
      ['GET', '/api/conference/nowhere'],
      ['GET', '/nowhere'],
    ];
    for (const [method, path, more] of bad) {
      const { status, body, text } = await ann.as(method, path, more);
      const what = `${method} ${path} ${JSON.stringify(more)?.slice(0, 60)}: ${text}`;
      expect(status, what).toBeGreaterThanOrEqual(400);
      expect(status, what).toBeLessThan(500);
      expect(body, what).toEqual({ ok: false, error: expect.any(String) });
    }
    const client = await ann.connect();
    for (const name of ['conf/join', 'conf/leave', 'conf/hand', 'conf/chat'])
      for (const message of [
        null,
        5,
        '',
        {},
        [],
        { conf: 5 },
        { conf: 'x'.repeat(4000) },
        { conf, up: 'yes' },
      ]) {
        const isFine =
          (name === 'conf/join' || name === 'conf/leave') &&
          message !== null &&
          typeof message === 'object' &&
          'up' in message;
        if (!isFine)
          expect(await send(client, name, message), `${name} ${JSON.stringify(message)}`).toEqual({
            ok: false,
            error: 'bad-message',
          });
      }
    // A message without content and without an acknowledgement callback.
    const trouble = client.next('conf/trouble');
    client.socket.emit('conf/join');
    expect(await trouble).toEqual({ about: 'conf/join', error: 'bad-message' });
    expect((await ann.as('GET', '/alive')).body).toEqual({ ok: true });
  });

  test('limits the number of new conferences of each user', async ({ foreign }) => {
    const { login } = await conferenceHouse(foreign);
    const [ann, bob] = [await login(1), await login(2)];
    const answers = await Promise.all(
      Array.from({ length: 45 }, () => ann.as('POST', '/api/conference', { json: { topic: 'x' } })),
    );
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(30);
    expect(answers.find(({ status }) => status === 429)).toMatchObject({
      headers: { 'retry-after': expect.stringMatching(/^[12]$/) },
      body: { error: 'slow-down' },
    });
    await bob.create();
  });

  for (const defects of [[], ['full-overbooked']]) {
    test(`${defects[0] ? `overbooks a conference with the defect ${defects[0]}` : 'admits four of eight simultaneous joins to four seats'}`, async ({
      foreign,
    }) => {
      const { login } = await conferenceHouse(foreign, { defects });
      const people = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(login));
      const conf = await people[0]!.create({ seats: 4 });
      const clients = await Promise.all(people.map(({ connect }) => connect()));
      const answers = await Promise.all(clients.map((client) => send(client, 'conf/join', { conf })));
      const inside = (await people[0]!.as('GET', `/api/conference/${conf}/people`)).body.people.length;
      expect(answers.filter(({ ok }) => ok)).toHaveLength(inside);
      if (defects.length > 0) {
        expect(inside).toBeGreaterThan(4);
        return;
      }
      expect(inside).toBe(4);
      expect(answers.filter(({ error }) => error === 'full')).toHaveLength(4);
      const [guest] = clients.filter((_, index) => answers[index].ok);
      expect(await send(guest!, 'conf/join', { conf })).toMatchObject({ ok: true });
    });
  }

  test('removes a user who vanishes, and keeps a user who returns in time', async ({ foreign }) => {
    const { login } = await conferenceHouse(foreign, { graceMs: 1500 });
    const [ann, bob] = [await login(1), await login(2)];
    const conf = await ann.create();
    const [first, lost] = [await ann.connect(), await bob.connect()];
    for (const client of [first, lost]) await send(client, 'conf/join', { conf });
    first.close();
    const again = await ann.connect();
    await send(again, 'conf/join', { conf });
    const gone = again.next('conf/people');
    lost.vanish();
    expect(await gone).toMatchObject({ kind: 'out', person: { id: bob.id } });
    expect((await ann.as('GET', `/api/conference/${conf}/people`)).body.people).toMatchObject([
      { id: ann.id },
    ]);
  });

  for (const defects of [[], ['events-dropped']]) {
    test(`${defects[0] ? `drops hand events with the defect ${defects[0]}` : 'sends all hand events'}`, async ({
      foreign,
    }) => {
      const { login } = await conferenceHouse(foreign, { defects });
      const [ann, bob] = [await login(1), await login(2)];
      const conf = await ann.create();
      const [first, second] = [await ann.connect(), await bob.connect()];
      for (const client of [first, second]) await send(client, 'conf/join', { conf });
      const ups = [true, false, true, false, true, false];
      for (const up of ups) expect((await send(second, 'conf/hand', { conf, up })).ok).toBe(true);
      const fence = first.next('conf/chat');
      await send(second, 'conf/chat', { conf, text: 'that was all' });
      await fence;
      expect(first.named('conf/hand').map(({ up }) => up)).toEqual(
        defects.length === 0 ? ups : [true, false, false, true],
      );
    });
  }
});
