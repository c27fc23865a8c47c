// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { ANNA, BEN, MEETING, recordingOf, tokenOf } from './chrome-recordings.ts';
import { call, har, webSocket, withAttachments } from './har-file.ts';
import { contractCommand, files, validContract } from './written.ts';

const fromHar = (texts: Readonly<Record<string, string>>, ...more: string[]) =>
  contractCommand('from-har', ...files(texts), ...more);

test('writes a contract from two Chrome recordings', async () => {
  const { code, out, err } = await fromHar({ 'anna.har': recordingOf(ANNA), 'ben.har': recordingOf(BEN) });
  expect(code).toBe(0);
  const contract = validContract(out);
  expect(contract.service).toEqual({
    url: 'https://api.huddle.example',
    base: '/v3/huddles',
    health: { get: '/ready', ok: 'body.state == "up"' },
    socket: { url: 'https://live.huddle.example', path: '/ws', namespace: '/huddles' },
  });
  expect(contract.identity).toEqual({
    jwt: {
      alg: 'ES256',
      key: '${env.JWT_KEY_FILE}',
      kid: '2026-01',
      claims: {
        sub: '${user}',
        name: '${user}',
        email: '${user}@huddle.example',
        aud: ['huddle'],
        iss: 'https://login.huddle.example',
        scope: 'meet',
      },
      expires: '15m',
    },
  });
  expect(contract.send).toEqual({
    header: { authorization: 'Bearer ${token}' },
    socket: { auth: { authorization: 'Bearer ${token}', v: 2 } },
  });
  expect(contract.operations).toEqual({
    'meeting.create': {
      post: '',
      json: { topic: '${input.title}', maxMembers: '${input.capacity}', region: 'eu' },
      meeting: 'body.huddleId',
    },
    'meeting.join': {
      post: '/${meeting}/join',
      json: { clientId: '${unique}', nickname: '${user}' },
      meeting: 'body.huddleId',
      user: 'body.me.accountId',
      state: 'body.status',
      roster: { list: 'body.members', user: 'item.account.id', role: 'item.role', hand: 'item.hand' },
      causes: 'participant-joined',
    },
    'room.enter': { emit: 'huddle/subscribe', json: { huddle: '${meeting}' } },
    'meeting.get': {
      get: '/${meeting}',
      query: { view: 'full' },
      meeting: 'body.huddleId',
      state: 'body.status',
      roster: { list: 'body.members', user: 'item.account.id', role: 'item.role', hand: 'item.hand' },
    },
    'hand.raise': { emit: 'signal', json: { kind: 'hand', value: 1 }, reply: 'none', causes: 'hand-raised' },
    'hand.lower': { emit: 'signal', json: { kind: 'hand', value: 0 }, reply: 'none', causes: 'hand-lowered' },
    note: { emit: 'note', json: { body: '${unique}' }, reply: 'none', causes: 'note' },
    'meeting.leave': { delete: '/${meeting}/members/${user}', causes: 'participant-left' },
  });
  expect(contract.events).toEqual({
    'participant-joined': {
      on: 'presence',
      when: 'payload.change == "in"',
      meeting: 'payload.huddle',
      user: 'payload.member.id',
      role: 'payload.member.role',
      hand: 'payload.member.hand',
    },
    'participant-left': {
      on: 'presence',
      when: 'payload.change == "out"',
      meeting: 'payload.huddle',
      user: 'payload.member.id',
      role: 'payload.member.role',
      hand: 'payload.member.hand',
    },
    'hand-raised': {
      on: 'signal',
      when: 'payload.kind == "hand" && payload.value == 1',
      user: 'payload.who',
    },
    'hand-lowered': {
      on: 'signal',
      when: 'payload.kind == "hand" && payload.value == 0',
      user: 'payload.who',
    },
    note: { on: 'note', user: 'payload.from', match: 'payload.body', time: 'payload.sentAt' },
  });
  const said = err.replace(/\n\s+/g, ' ');
  expect(said).toContain('Left out: 2 parts of pages');
  expect(said).toContain('6 requests to other hosts (app.huddle.example, stats.example)');
  expect(said).toContain('Messages that are not actions in a meeting: client.');
  expect(err).toContain('Set in the environment: JWT_KEY_FILE.');
  expect(err).not.toContain('Record two users');
});

test('reads bodies and messages from the files beside a recording', async () => {
  const { out } = await fromHar({ 'anna.har': recordingOf(ANNA), 'ben.har': recordingOf(BEN) });
  const [anna, ...others] = files({
    ...withAttachments(recordingOf(ANNA), 'anna'),
    ...withAttachments(recordingOf(BEN), 'ben'),
  });
  const ben = others.find((file) => file.endsWith('ben.har'))!;
  expect((await contractCommand('from-har', anna!, ben)).out).toBe(out);
});

test('writes no secret of the recordings into the contract or the output', async () => {
  const { out, err } = await fromHar({ 'anna.har': recordingOf(ANNA), 'ben.har': recordingOf(BEN) });
  for (const user of [ANNA, BEN])
    for (const part of tokenOf(user.id, user.name).split('.')) expect(out + err).not.toContain(part);
  expect(out).not.toContain('example.example');
  for (const personal of [ANNA.id, BEN.id, 'anna@', 'Anna', 'good morning', MEETING])
    expect(out).not.toContain(personal);
});

const A = 'http://127.0.0.1:9999';
const login = (number: number, more: object = {}) =>
  call({
    at: 0,
    method: 'POST',
    url: `${A}/auth/login`,
    json: { username: `load${number}`, password: `hunter2-${number}`, ...more },
    answer: { token: `opaque-token-000${number}`, id: 100 + number },
  });
const headers = (number: number) => ({ 'X-Access-Token': `opaque-token-000${number}` });
const joined = (number: number, at: number) =>
  call({
    at,
    method: 'POST',
    url: `${A}/rooms/blue/join`,
    headers: headers(number),
    json: {},
    answer: { room: { id: 'blue' }, user: { id: 100 + number } },
  });

test('writes a login with a token in a custom header and short ids', async () => {
  const { out } = await fromHar({
    'a.har': har(login(1), joined(1, 100)),
    'b.har': har(login(2), joined(2, 200)),
  });
  const contract = validContract(out);
  expect(contract.identity.login).toEqual({
    post: '/auth/login',
    json: { username: 'load${number}', password: '${env.LOAD_PASSWORD}' },
    token: 'body.token',
    user: 'body.id',
    users: '1..200',
  });
  expect(contract.send).toEqual({ header: { 'x-access-token': '${token}' } });
  expect(contract.operations['meeting.join']).toEqual({
    post: '/${meeting}/join',
    json: {},
    meeting: 'body.room.id',
    user: 'body.user.id',
  });
  expect(contract.meetings).toEqual({ fixed: ['blue'] });
  expect(contract.service.socket).toBeUndefined();
  expect(out).toContain('# TODO socket: the recordings hold no messages of Socket.IO');
  expect(out).not.toContain('hunter2');
});

test('writes an application key as a secret, not as a user token', async () => {
  const KEY = 'k-7f3a9c1e5d2b';
  const keyed = (number: number, at: number) =>
    har(
      login(number),
      call({
        at,
        method: 'POST',
        url: `${A}/rooms/blue/join?client_secret=${KEY}&lang=en`,
        headers: { Authorization: `Bearer opaque-token-000${number}`, 'X-Api-Key': KEY },
        json: {},
        answer: { room: { id: 'blue' }, user: { id: 100 + number } },
      }),
    );
  const { out, err } = await fromHar({ 'a.har': keyed(1, 100), 'b.har': keyed(2, 500) });
  const contract = validContract(out);
  expect(contract.send).toEqual({
    header: { authorization: 'Bearer ${token}', 'x-api-key': '${env.LOAD_X_API_KEY}' },
  });
  expect(contract.operations['meeting.join'].query).toEqual({
    client_secret: '${env.LOAD_CLIENT_SECRET}',
    lang: 'en',
  });
  expect(err.replace(/\n\s+/g, ' ')).toContain(
    'Set in the environment: LOAD_PASSWORD, LOAD_X_API_KEY, LOAD_CLIENT_SECRET.',
  );
  expect(out + err).not.toContain(KEY);
});

test('removes a secret from each field that holds it', async () => {
  const SECRET = 'hunter2-for-all';
  const one = (number: number, at: number) =>
    har(
      login(number, { password: SECRET }),
      call({
        at,
        method: 'POST',
        url: `${A}/rooms/blue/join`,
        headers: headers(number),
        json: { door: SECRET },
        answer: {},
      }),
    );
  const { out } = await fromHar({ 'a.har': one(1, 100), 'b.har': one(2, 500) });
  expect(validContract(out).operations['meeting.join'].json).toEqual({ door: 'SECRET-LEFT-OUT' });
  expect(out).not.toContain(SECRET);
});

test('writes a TODO about sensitive data when recordings have no tokens or cookies', async () => {
  const plain = (at: number) =>
    har(call({ at, method: 'POST', url: `${A}/rooms/blue/join`, json: {}, answer: { ok: true } }));
  const { out } = await fromHar({ 'a.har': plain(0), 'b.har': plain(50) });
  expect(validContract(out).identity).toEqual({ none: {} });
  expect(out.replace(/\n\s*#\s+/g, ' ')).toContain('allow the browser to save sensitive data');
});

test.describe('recorded Socket.IO messages', () => {
  const packets = (number: number): string[] => [
    `40/meet,{"token":"opaque-token-000${number}"}`,
    `42/meet,1["enter",{"room":"blue"}]`,
    `42/meet,["hand",{"up":true}]`,
  ];
  const polled = (number: number, at: number) => {
    const url = `${A}/socket.io/?EIO=4&transport=polling&t=abc`;
    const sid = `&sid=engine-${number}`;
    return har(
      joined(number, at),
      call({
        at: at + 10,
        url,
        answer: `0{"sid":"engine-${number}","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`,
        resourceType: 'xhr',
        mimeType: 'text/plain',
      }),
      call({
        at: at + 20,
        method: 'POST',
        url: url + sid,
        text: packets(number).join('\x1e'),
        answer: 'ok',
        resourceType: 'xhr',
        mimeType: 'text/html',
      }),
      call({
        at: at + 30,
        url: url + sid,
        answer: `40/meet,{"sid":"s${number}"}\x1e43/meet,1[{"ok":true,"room":"blue"}]`,
        resourceType: 'xhr',
        mimeType: 'text/plain',
      }),
    );
  };

  test('reads messages over long polling only', async () => {
    const { out } = await fromHar({ 'a.har': polled(1, 100), 'b.har': polled(2, 500) });
    const contract = validContract(out);
    expect(contract.service.socket).toEqual({ namespace: '/meet', transports: ['polling'] });
    expect(contract.operations['room.enter']).toEqual({
      emit: 'enter',
      json: { room: '${meeting}' },
      ok: 'payload.ok == true',
      meeting: 'payload.room',
    });
    expect(contract.send.socket).toEqual({ auth: { token: '${token}' } });
  });

  test('writes a TODO for events that no condition distinguishes', async () => {
    const url = 'ws://127.0.0.1:9999/socket.io/?EIO=4&transport=websocket';
    const one = (number: number, other: number, at: number, otherAt: number) =>
      har(
        login(number),
        joined(number, at),
        webSocket(url, 20, [
          [21, `>40{"token":"opaque-token-000${number}"}`],
          [at + 1000, '>42["hand.up"]'],
          [at + 2000, '>42["hand.down"]'],
          [otherAt + 1010, `<42["hand",{"user":${100 + other}}]`],
          [otherAt + 2010, `<42["hand",{"user":${100 + other}}]`],
        ]),
      );
    const { out } = await fromHar({ 'a.har': one(1, 2, 100, 5000), 'b.har': one(2, 1, 5000, 100) });
    expect(validContract(out).events).toEqual({
      'hand-raised': { on: 'hand', user: 'payload.user' },
      'hand-lowered': { on: 'hand', user: 'payload.user' },
    });
    expect(out).toContain('# TODO when: no recorded value distinguishes it from "hand-lowered"');
  });

  test('reports WebSockets without messages', async () => {
    const url = 'ws://127.0.0.1:9999/socket.io/?EIO=4&transport=websocket';
    const texts = {
      'a.har': har(joined(1, 100), webSocket(url, 50, [])),
      'b.har': har(joined(2, 200), webSocket(url, 150, [])),
    };
    const { err } = await fromHar(texts);
    expect(err).toContain('2 WebSockets without messages in the recordings');
  });

  test('ignores binary messages, messages to one peer and media messages', async () => {
    const url = 'ws://127.0.0.1:9999/socket.io/?EIO=4&transport=websocket';
    const one = (number: number, at: number) =>
      har(
        joined(number, at),
        webSocket(url, at, [
          [at + 5, '>451-["picture",{"bytes":{"_placeholder":true,"num":0}}]'],
          [at + 6, '>bytes:AAEC'],
          [at + 7, '>42["call",{"to":"someone","offer":1}]'],
          [at + 8, '>42["ping"]'],
          [at + 9, `>42["media",{"sdp":"${'v=0 '.repeat(100)}"}]`],
          [at + 10, '>42["meeting:list"]'],
          [at + 11, '>42["say",{"text":"hi"}]'],
        ]),
      );
    const { out, err } = await fromHar({ 'a.har': one(1, 100), 'b.har': one(2, 500) });
    // "meeting-list" would be taken for a mistyped "meeting.list".
    expect(Object.keys(validContract(out).operations)).toEqual([
      'meeting.join',
      'chat.send',
      'message-meeting-list',
      'meeting.leave',
    ]);
    expect(err).toContain('not actions in a meeting: picture, call, ping, media.');
  });

  test('skips a frame that is not Socket.IO', async () => {
    const url = 'ws://127.0.0.1:9999/socket.io/?EIO=4&transport=websocket';
    const one = (number: number, at: number) =>
      har(
        joined(number, at),
        webSocket(url, at, [
          [at + 5, '>42{not json'],
          [at + 6, '>hello'],
          [at + 7, '>42["say",{"text":"hi"}]'],
        ]),
      );
    const { out, code } = await fromHar({ 'a.har': one(1, 100), 'b.har': one(2, 500) });
    expect(code).toBe(0);
    expect(parse(out).operations['chat.send']).toMatchObject({ emit: 'say', json: { text: '${unique}' } });
  });
});

test('writes paths relative to the address and base of the contract that it completes', async () => {
  const below = (number: number, at: number) =>
    har(
      call({ at, method: 'POST', url: `${A}/meet/api/rooms/blue/join`, headers: headers(number), json: {} }),
      call({
        at: at + 10,
        url: `${A}/meet/other/rooms/blue`,
        headers: headers(number),
        answer: { id: 'blue' },
      }),
      call({ at: at + 20, url: `${A}/meet/health`, answer: { ok: true } }),
    );
  const [file] = files({
    'contract.yaml': `contract: fullhouse/1\nservice: { url: ${A}/meet, base: /api/rooms }\n`,
  });
  const { out } = await fromHar({ 'a.har': below(1, 0), 'b.har': below(2, 500) }, '--contract', file!);
  const contract = validContract(out);
  expect(contract.service).toEqual({
    url: `${A}/meet`,
    base: '/api/rooms',
    health: { get: '/health', ok: 'body.ok == true' },
  });
  expect(contract.operations['meeting.join']).toEqual({ post: '/${meeting}/join', json: {} });
  expect(contract.operations['meeting.get']).toMatchObject({ get: '/other/rooms/${meeting}', base: '' });
});

test('replaces a meeting.get without a roster by the recorded call that has one', async () => {
  const people = (number: number, at: number, key: string) =>
    har(
      login(number),
      joined(number, at),
      call({
        at: at + 10,
        url: `${A}/rooms/blue/people`,
        headers: headers(number),
        answer: { key, people: [{ id: 101 }, { id: 102 }] },
      }),
    );
  const [file] = files({
    'contract.yaml': `contract: fullhouse/1
service: { url: ${A}, base: /rooms }
operations:
  # TODO meeting: where is it?
  meeting.get: { get: "/\${meeting}" }
`,
  });
  const completed = async (key: string) => {
    const texts = { 'a.har': people(1, 100, key), 'b.har': people(2, 200, key) };
    const { out, err } = await fromHar(texts, '--contract', file!);
    expect(err.replace(/\n\s+/g, ' ')).toContain(
      'meeting.get is now GET /rooms/${meeting}/people, and was GET /rooms/${meeting}',
    );
    expect(out).not.toContain('TODO meeting:');
    return validContract(out).operations['meeting.get'];
  };
  const roster = { list: 'body.people', user: 'item.id' };
  expect(await completed('blue')).toEqual({ get: '/${meeting}/people', meeting: 'body.key', roster });
  expect(await completed('other')).toEqual({ get: '/${meeting}/people', roster });
});

/** A login whose answer has no user id. */
const loginOf = (name: string | undefined, token: string, at: number) =>
  har(
    call({
      at,
      method: 'POST',
      url: `${A}/auth/login`,
      json: name === undefined ? {} : { name, password: 'hunter2-for-all' },
      answer: { token: `opaque-token-${token}` },
    }),
    call({
      at: at + 100,
      method: 'POST',
      url: `${A}/rooms/blue/join`,
      headers: { 'X-Access-Token': `opaque-token-${token}` },
      json: {},
      answer: { room: { id: 'blue' } },
    }),
  );

for (const [name, texts] of [
  ['two accounts with one password', [loginOf('anna', 'one', 1), loginOf('ben', 'two', 2)]],
  ['two guests without passwords', [loginOf(undefined, 'one', 1), loginOf(undefined, 'two', 2)]],
] as const)
  test(`accepts ${name} as two users`, async () => {
    const { code, out } = await fromHar({ 'a.har': texts[0], 'b.har': texts[1] });
    expect(code).toBe(0);
    expect(validContract(out).identity.login).toMatchObject({ post: '/auth/login', token: 'body.token' });
  });

test.describe('refused recordings', () => {
  const good = har(joined(1, 100));
  const cases: [string, Record<string, string>, RegExp][] = [
    [
      'a single recording',
      { 'a.har': good },
      /Give two recordings of two users: the contract is written from their differences/,
    ],
    [
      'three recordings',
      { 'a.har': good, 'b.har': good, 'c.har': good },
      /Give two recordings of two users\.\nUsage/,
    ],
    [
      'a file that is not JSON',
      { 'a.har': good, 'b.har': 'hello' },
      /"\S+b.har" is not a HAR recording: it is not JSON/,
    ],
    [
      'JSON that is not a HAR recording',
      { 'a.har': '{"openapi":"3.0.0"}', 'b.har': good },
      /"\S+a.har" is not a HAR recording: it has no `log.entries`/,
    ],
    [
      'a recording with a damaged entry',
      { 'a.har': good, 'b.har': har({ request: {} }) },
      /"\S+b.har" is damaged: entry 1 of `log.entries`/,
    ],
    [
      'recordings of different services',
      { 'a.har': good, 'b.har': har(call({ at: 0, url: 'https://other.example/rooms', answer: [] })) },
      /no service in common: "\S+a.har" calls http:\/\/127.0.0.1:9999; "\S+b.har" calls https:\/\/other.example/,
    ],
    [
      'the same file twice',
      { 'a.har': good, 'b.har': good },
      /^Both recordings are of the same user: the two files are equal\. Record two users/,
    ],
    [
      'two logins that return the same user id',
      { 'a.har': har(login(1), joined(1, 100)), 'b.har': har(login(1), joined(1, 900)) },
      /^Both recordings are of the same user: the answer to the login has the same `id`\./,
    ],
    [
      'two logins to the same account',
      { 'a.har': loginOf('anna', 'one', 1), 'b.har': loginOf('anna', 'two', 2) },
      /^Both recordings are of the same user: they log in with the same account\./,
    ],
    [
      'tokens with the same claims',
      { 'a.har': recordingOf(ANNA), 'b.har': recordingOf(ANNA).replaceAll('good morning', 'hello') },
      /^Both recordings are of the same user: their tokens have the same claims\./,
    ],
    [
      'a recording without API calls',
      {
        'a.har': good,
        'b.har': har(
          call({ at: 0, url: A, answer: '<html>', mimeType: 'text/html', resourceType: 'document' }),
        ),
      },
      /"\S+b.har" calls no API/,
    ],
  ];
  for (const [name, texts, message] of cases)
    test(`refuses ${name}`, async () => {
      const { code, out, err } = await fromHar(texts);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(message);
    });

  test('refuses to complete a file that is not a contract', async () => {
    const [file] = files({ 'other.yaml': 'openapi: 3.0.0\n' });
    const { code, err } = await fromHar({ 'a.har': good, 'b.har': har(joined(2, 200)) }, '--contract', file!);
    expect(code).toBe(1);
    expect(err).toContain('is not a contract: it does not begin with `contract: fullhouse/1`');
  });
});

test('matches hand events that arrive after the hand is lowered again', async () => {
  const url = 'ws://127.0.0.1:9999/socket.io/?EIO=4&transport=websocket';
  const one = (number: number, other: number, at: number, otherAt: number) =>
    har(
      login(number),
      joined(number, at),
      webSocket(url, 20, [
        [21, `>40{"token":"opaque-token-000${number}"}`],
        [at + 1000, '>42["hand",{"up":true}]'],
        [at + 1001, '>42["hand",{"up":false}]'],
        [otherAt + 1010, `<42["hand",{"user":${100 + other},"up":true}]`],
        [otherAt + 1011, `<42["hand",{"user":${100 + other},"up":false}]`],
      ]),
    );
  const { out } = await fromHar({ 'a.har': one(1, 2, 100, 5000), 'b.har': one(2, 1, 5000, 100) });
  expect(validContract(out).events).toEqual({
    'hand-raised': { on: 'hand', when: 'payload.up == true', user: 'payload.user' },
    'hand-lowered': { on: 'hand', when: 'payload.up == false', user: 'payload.user' },
  });
});
