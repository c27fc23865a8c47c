// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { importPKCS8, SignJWT } from 'jose';
import { ByContract, openContract } from '../../foreign/by-contract.ts';
import type { ForeignService } from '../../foreign/foreign-service.ts';
import { startForeign } from '../../foreign/start.ts';
import { contractCommand, document, example, files, validContract } from '../written.ts';
import { test } from './browser-fixture.ts';
import { PASSWORD, startMeetService } from './meet-service.ts';
import type { RecordedUser } from './record.ts';

/** Removes what only the owners of a service know: the word for an ended meeting, and the meaning of a role flag. */
function seenIn(operation: Record<string, unknown>): Record<string, unknown> {
  const { state: _, refusal: __, roster, ...rest } = operation;
  const { role: ___, ...seen } = (roster ?? {}) as Record<string, unknown>;
  return roster === undefined ? rest : { ...rest, roster: seen };
}

test('writes the contract of a service with a login, HTTP and a Socket.IO namespace', async ({ record }) => {
  await using service = await disposable(startMeetService());
  const { users, save } = await record(service.url);
  const tokens: string[] = [];
  for (const [index, user] of users.entries()) {
    const email = `${['anna', 'ben'][index]}@meet.example`;
    tokens.push(
      (await user.call('POST', '/api/login', { json: { email, password: PASSWORD } })).body.accessToken,
    );
  }
  const made = await users[0].call('POST', '/api/calls', {
    json: { title: 'Planning', maxMembers: 10, locale: 'en' },
    token: tokens[0]!,
  });
  const callId = made.body.call.id;
  for (const [index, user] of users.entries()) {
    // As browsers do it: long polling first, then a WebSocket.
    await user.connect({ path: '/realtime', auth: { jwt: tokens[index] } }, '/live');
    await user.call('POST', `/api/calls/${callId}/join`, { json: {}, token: tokens[index]! });
    if (index === 1) await users[0].received('member.in');
    await user.emit('room:enter', [{ callId }], { ack: true });
    await user.call('GET', `/api/calls/${callId}`, { token: tokens[index]! });
  }
  for (const [index, user] of users.entries()) {
    const other = users[1 - index]!;
    for (const [count, on] of [true, false].entries()) {
      await user.emit('peer.status', [{ element: 'hand', on }]);
      await other.received('peer.status', count + 1);
    }
    await user.emit('say', [{ text: 'good morning' }]);
    await other.received('said', index + 1);
  }
  for (const [index, user] of users.entries())
    await user.call('POST', `/api/calls/${callId}/leave`, { json: {}, token: tokens[index]! });
  const { out, err } = await contractCommand('from-har', ...(await save()));
  const { service: address, identity, send, operations, events } = validContract(out);
  expect(address).toEqual({
    url: service.url,
    base: '/api/calls',
    socket: { path: '/realtime', namespace: '/live' },
  });
  expect(identity.login).toEqual({
    post: '/api/login',
    json: { email: 'u${number}@meet.example', password: '${env.LOAD_PASSWORD}' },
    token: 'body.accessToken',
    user: 'body.user.id',
    users: '1..200',
  });
  expect(send).toEqual({
    header: { authorization: 'Bearer ${token}' },
    socket: { auth: { jwt: '${token}' } },
  });
  expect(Object.keys(operations)).toEqual([
    'meeting.create',
    'meeting.join',
    'room.enter',
    'meeting.get',
    'hand.raise',
    'hand.lower',
    'chat.send',
    'meeting.leave',
  ]);
  expect(operations['meeting.join']).toEqual({
    post: '/${meeting}/join',
    json: {},
    meeting: 'body.call.id',
    user: 'body.you.userId',
    state: 'body.call.state',
    roster: { list: 'body.call.members', user: 'item.userId', role: 'item.role', hand: 'item.handUp' },
    causes: 'participant-joined',
  });
  expect(operations['hand.lower']).toEqual({
    emit: 'peer.status',
    json: { element: 'hand', on: false },
    reply: 'none',
    causes: 'hand-lowered',
  });
  expect(events).toEqual({
    'participant-joined': {
      on: 'member.in',
      meeting: 'payload.callId',
      user: 'payload.member.userId',
      role: 'payload.member.role',
      hand: 'payload.member.handUp',
    },
    'hand-raised': {
      on: 'peer.status',
      when: 'payload.element == "hand" && payload.on == true',
      user: 'payload.peer',
    },
    'hand-lowered': {
      on: 'peer.status',
      when: 'payload.element == "hand" && payload.on == false',
      user: 'payload.peer',
    },
    'participant-left': { on: 'member.out', meeting: 'payload.callId', user: 'payload.userId' },
    chat: { on: 'said', user: 'payload.from', match: 'payload.text' },
  });
  for (const secret of [PASSWORD, ...tokens]) expect(out + err).not.toContain(secret);
});

test('writes the rest-v2 contract from its OpenAPI document and two recordings', async ({ record }) => {
  await using service = await disposable(startForeign('rest-v2'));
  const key = await importPKCS8(readFileSync(service.environment.JWT_KEY_FILE!, 'utf8'), 'RS256');
  const tokens = await Promise.all(
    ['anna-7f3a', 'ben-91cc'].map((user) =>
      new SignJWT()
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setSubject(user)
        .setAudience('meet')
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(key),
    ),
  );
  const { users, save } = await record(`${service.url}/healthz`, { ignoreHTTPSErrors: true });
  const made = await users[0].call('POST', '/v2/rooms', {
    json: { name: 'Planning', seats: 5 },
    token: tokens[0]!,
  });
  const room = made.body.room.id;
  const own = `/v2/rooms/${room}/guests/me`;
  for (const [index, user] of users.entries()) {
    const token = tokens[index]!;
    await user.connect({ path: '/v2/live', auth: { token } });
    await user.call('PUT', own, { token });
    if (index === 1) await users[0].received('guest.arrived');
    await user.emit('room.subscribe', [{ room }]);
    await user.received('room.subscribed');
    await user.call('GET', `/v2/rooms/${room}`, { token });
  }
  for (const [index, user] of users.entries())
    for (const [count, method] of ['PUT', 'DELETE'].entries()) {
      await user.call(method, `${own}/hand`, { token: tokens[index]! });
      await users[1 - index]!.received('hand.changed', 2 * index + count + 1); // everyone hears of each hand
    }
  await users[0].call('DELETE', own, { token: tokens[0]! });
  await users[1].received('guest.gone');
  await users[1].call('DELETE', own, { token: tokens[1]! });
  const recordings = await save();

  const [first] = files({
    'contract.yaml': (await contractCommand('from-openapi', document('rest-v2.yaml'))).out,
  });
  const { out, err } = await contractCommand('from-har', ...recordings, '--contract', first!);
  const contract = validContract(out);
  const owners = example('rest-v2');
  expect(out).not.toContain('TODO');
  expect(contract.service).toEqual(owners.service);
  const { renew: _, ...jwt } = owners.identity.jwt;
  expect(contract.identity).toEqual({ jwt });
  expect(Object.keys(contract.operations).sort()).toEqual(Object.keys(owners.operations).sort());
  for (const name of Object.keys(owners.operations)) {
    const { refusal: __, ...operation } = owners.operations[name];
    expect(contract.operations[name], name).toEqual(operation);
  }
  for (const name of ['participant-joined', 'participant-left', 'hand-raised', 'hand-lowered'])
    expect(contract.events[name], name).toEqual(owners.events[name]);
  expect(contract.events['host-promoted']).toMatchObject({ on: 'room.owner', user: 'payload.guest' });
  await walked(service, out);
  for (const token of tokens) for (const part of token.split('.')) expect(out + err).not.toContain(part);
});

test('writes the cookie-acks operations from two recordings', async ({ record }) => {
  await using service = await disposable(startForeign('cookie-acks', { password: PASSWORD }));
  const { users, save } = await record(`${service.url}/alive`);
  const conf = await conferenceOf(users);
  for (const user of users) {
    await user.connect({ path: '/rt' }, '/meet');
    await user.emit('conf/join', [{ conf }], { ack: true });
    if (user === users[1]) await users[0].received('conf/people');
    await user.call('GET', `/api/conference/${conf}/people`);
  }
  for (const [index, user] of users.entries()) {
    const other = users[1 - index]!;
    for (const [count, up] of [true, false].entries()) {
      await user.emit('conf/hand', [{ conf, up }], { ack: true });
      await other.received('conf/hand', 2 * index + count + 1); // everyone hears of each hand
    }
    await user.emit('conf/chat', [{ conf, text: 'good morning' }], { ack: true });
    await other.received('conf/chat', index + 1);
  }
  await users[0].emit('conf/leave', [{ conf }], { ack: true });
  await users[1].received('conf/people');
  await users[1].emit('conf/leave', [{ conf }], { ack: true });
  const { out, err } = await contractCommand('from-har', ...(await save()));
  const contract = validContract(out);
  const owners = example('cookie-acks');
  expect(contract.service).toEqual({ ...owners.service, url: service.url });
  const { renew: _, users: __, ...login } = owners.identity.login;
  expect(contract.identity.login).toMatchObject(login);
  const asOwners: [string, string][] = [
    ['meeting.create', 'meeting.create'],
    ['room.enter', 'meeting.join'],
    ['hand.raise', 'hand.raise'],
    ['hand.lower', 'hand.lower'],
    ['chat.send', 'chat.send'],
    ['meeting.leave', 'meeting.leave'],
  ];
  for (const [name, theirs] of asOwners) {
    const { reply, ...operation } = seenIn(owners.operations[theirs]);
    expect([undefined, 'ack']).toContain(reply); // the default
    expect(seenIn(contract.operations[name]), name).toMatchObject(operation);
  }
  expect(contract.operations['meeting.get']).toMatchObject({
    get: '/${meeting}/people',
    roster: { list: 'body.people', user: 'item.id', hand: 'item.hand' },
  });
  for (const name of ['participant-joined', 'participant-left', 'hand-raised', 'hand-lowered', 'chat']) {
    const { role: ___, ...event } = owners.events[name];
    expect(contract.events[name], name).toMatchObject(event);
  }
  expect(out + err).not.toContain(PASSWORD);
  await walked(service, out);
});

test('reads the messages of users who poll', async ({ record }) => {
  await using service = await disposable(startForeign('cookie-acks', { password: PASSWORD }));
  const { users, save } = await record(`${service.url}/alive`);
  const conf = await conferenceOf(users);
  for (const user of users) {
    await user.connect({ path: '/rt', transports: ['polling'] }, '/meet');
    await user.emit('conf/join', [{ conf }], { ack: true });
  }
  await users[0].received('conf/people');
  const { out } = await contractCommand('from-har', ...(await save()));
  const { service: address, operations } = validContract(out);
  expect(address.socket).toEqual({ path: '/rt', namespace: '/meet', transports: ['polling'] });
  expect(operations['room.enter']).toMatchObject({
    emit: 'conf/join',
    json: { conf: '${meeting}' },
    causes: 'participant-joined',
  });
});

test('writes the all-sockets operations from two recordings', async ({ record }) => {
  await using service = await disposable(startForeign('all-sockets'));
  const { users, save } = await record(`${service.url}/health`);
  for (const [index, user] of users.entries()) {
    await user.connect({ transports: ['websocket'] });
    await user.emit('enter', [{ room: 'room-one', name: ['Anna', 'Ben'][index] }]);
    await user.received('welcome');
  }
  await users[0].received('peer-in');
  for (const [index, user] of users.entries()) {
    const other = users[1 - index]!;
    for (const [count, on] of [true, false].entries()) {
      await user.emit('status', [{ element: 'hand', on }]);
      await other.received('status', count + 1);
    }
    await user.emit('say', [{ text: 'good morning' }]);
    await other.received('said', index + 1);
  }
  await users[0].disconnect();
  await users[1].received('peer-out');
  const { out } = await contractCommand('from-har', ...(await save()));
  const contract = validContract(out);
  const owners = example('all-sockets');
  expect(contract.service).toEqual({ ...owners.service, url: service.url });
  expect(contract.identity).toEqual(owners.identity);
  expect(Object.keys(contract.operations).sort()).toEqual(Object.keys(owners.operations).sort());
  for (const name of Object.keys(owners.operations))
    expect(contract.operations[name], name).toEqual(seenIn(owners.operations[name]));
  for (const name of ['participant-joined', 'participant-left', 'chat'])
    expect(contract.events[name], name).toEqual(owners.events[name]);
  expect(contract.events['hand-raised']).toEqual({
    ...owners.events['hand-raised'],
    when: 'payload.element == "hand" && payload.on == true',
  });
  expect(contract.meetings).toEqual({ fixed: ['room-one'] });
  expect(out).toContain('# TODO meetings:');
  await walked(service, out, 'room-one');
});

/** The users log in to cookie-acks, and the first one opens a conference. Returns its key. */
async function conferenceOf(users: readonly RecordedUser[]): Promise<string> {
  for (const [index, user] of users.entries())
    await user.call('POST', '/session', { json: { email: `u${index + 1}@load.test`, password: PASSWORD } });
  const made = await users[0]!.call('POST', '/api/conference', { json: { topic: 'Planning', seats: 5 } });
  return made.body.conference.key;
}

/** Two users walk through the contract that was written. Returns the events that the first one read. */
async function walked(service: ForeignService, text: string, fixed = '') {
  const { contract, identities } = await openContract(
    service,
    'docs/examples/contracts/rest-v2.yaml',
    () => text,
  );
  const users = [];
  for (const name of ['ann', 'bob']) {
    const user = new ByContract(service, contract, await identities.open(name));
    await user.connect();
    users.push(user);
  }
  const [first, second] = users as [ByContract, ByContract];
  const has = (name: string) => contract.operations.has(name);
  const input = { title: 'Walk', capacity: 5 };
  const { meeting = fixed } = has('meeting.create') ? await first.does('meeting.create', '', { input }) : {};
  for (const user of users)
    for (const name of ['meeting.join', 'room.enter'].filter(has))
      expect(await user.does(name, meeting), name).toMatchObject({ isOk: true, wrong: undefined });
  await second.does('hand.raise', meeting);
  if (has('meeting.get')) {
    const { roster } = await first.does('meeting.get', meeting);
    const hands = roster?.map(({ userId, handRaised }) => [userId, handRaised]);
    expect(hands).toEqual([
      [first.identity.userId, false],
      [second.identity.userId, true],
    ]);
  }
  await second.does('hand.lower', meeting);
  await expect.poll(() => first.events.map(({ name }) => name)).toContain('hand-lowered');
  expect((await second.does('meeting.leave', meeting)).isOk).toBe(true);
  await expect.poll(() => first.events.map(({ name }) => name)).toContain('participant-left');
  const ofSecond = first.events.filter(({ user }) => user === second.identity.userId);
  for (const user of users) user.close();
  await identities.close();
  expect(ofSecond.map(({ name }) => name)).toEqual([
    'participant-joined',
    'hand-raised',
    'hand-lowered',
    'participant-left',
  ]);
}

/** Closes the service at the end of the test, also after a failure. */
async function disposable<Service extends { close(): Promise<void> }>(
  starting: Promise<Service>,
): Promise<Service & AsyncDisposable> {
  const service = await starting;
  return Object.assign(service, { [Symbol.asyncDispose]: () => service.close() });
}
