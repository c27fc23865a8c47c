import { expect } from '@playwright/test';
import { type Client, call } from './client.ts';
import { type Foreign, test } from './foreign-fixture.ts';
import type { ForeignOptions } from './foreign-service.ts';

/** A service, with functions that connect peers and enter rooms. */
async function roomsOf(foreign: Foreign, options: ForeignOptions = {}) {
  const { url } = await foreign.start('all-sockets', options);
  const connect = () => foreign.connect(url);
  const enter = async (room: string): Promise<Client> => {
    const peer = await connect();
    await peer.ask('enter', { room, name: 'tester' }, 'welcome');
    return peer;
  };
  return { url, connect, enter };
}

/** Waits until all earlier messages to the room have arrived. */
async function fence(from: Client, at: Client): Promise<void> {
  const text = crypto.randomUUID();
  const heard = new Promise<void>((resolve) =>
    at.socket.on('said', (said) => (said.text === text ? resolve() : undefined)),
  );
  from.socket.emit('say', { text });
  await heard;
}

test.describe('the all-sockets service', () => {
  test('lets peers enter, raise a hand, talk and leave', async ({ foreign }) => {
    const { enter } = await roomsOf(foreign);
    const first = await enter('red');
    const elsewhere = await enter('blue');
    const second = await enter('red');
    expect(first.named('welcome')).toEqual([{ room: 'red', peers: [first.id] }]);
    expect(second.named('welcome')).toEqual([{ room: 'red', peers: [first.id, second.id] }]);
    // Entering again adds no peer.
    await second.ask('enter', { room: 'red' }, 'welcome');
    for (const on of [true, false]) second.socket.emit('status', { element: 'hand', on });
    await Promise.all([second.next('said'), fence(second, first)]);
    const { id } = second;
    const gone = first.next('peer-out');
    second.close();
    await gone;
    expect(first.heard.slice(1)).toEqual([
      { name: 'peer-in', content: { id, room: 'red' } },
      { name: 'status', content: { id, element: 'hand', on: true } },
      { name: 'status', content: { id, element: 'hand', on: false } },
      { name: 'said', content: { id, text: expect.any(String) } },
      { name: 'peer-out', content: { id } },
    ]);
    expect(elsewhere.heard.map(({ name }) => name)).toEqual(['welcome']);
    // A peer gets no events about itself.
    expect(second.heard.map(({ name }) => name)).toEqual(['welcome', 'welcome', 'said']);
  });

  test('removes a room with its last peer', async ({ foreign }) => {
    const { enter, connect } = await roomsOf(foreign);
    const watcher = await enter('red');
    const peer = await enter('red');
    const gone = watcher.next('peer-out');
    peer.close();
    await gone;
    watcher.close();
    const later = await connect();
    await expect
      .poll(async () => (await later.ask('enter', { room: 'red' }, 'welcome')).peers)
      .toEqual([later.id]);
  });

  test('answers a wrong payload with a problem event to its sender only', async ({ foreign }) => {
    const { url, enter, connect } = await roomsOf(foreign);
    const witness = await enter('red');
    const peer = await connect();
    for (const about of ['enter', 'status', 'say'])
      for (const payload of [
        undefined,
        null,
        5,
        '',
        [],
        {},
        { room: 5 },
        { room: 'x'.repeat(65) },
        { text: '' },
      ])
        expect(await peer.ask(about, payload, 'problem'), `${about} ${JSON.stringify(payload)}`).toEqual({
          about,
          code: 'bad-payload',
        });
    expect(await peer.ask('say', { text: 'x'.repeat(2001) }, 'problem')).toMatchObject({
      code: 'bad-payload',
    });
    for (const [about, payload] of [
      ['status', { element: 'hand', on: true }],
      ['say', { text: 'hello' }],
    ] as const)
      expect(await peer.ask(about, payload, 'problem')).toEqual({ about, code: 'not-in-a-room' });
    await peer.ask('enter', { room: 'blue' }, 'welcome');
    expect(await peer.ask('enter', { room: 'red' }, 'problem')).toEqual({
      about: 'enter',
      code: 'already-in-a-room',
    });
    // Socket.IO has a room for each socket id. A peer's room with the same name must stay separate.
    await (await connect()).ask('enter', { room: witness.id }, 'welcome');
    await fence(witness, witness);
    expect(witness.heard.map(({ name }) => name)).toEqual(['welcome', 'said']);
    expect((await call('GET', `${url}/health`)).status).toBe(200);
  });

  test('refuses peers in a full room', async ({ foreign }) => {
    const { enter, connect } = await roomsOf(foreign, { seats: 3 });
    await Promise.all([1, 2, 3].map(() => enter('red')));
    const late = await connect();
    expect(await late.ask('enter', { room: 'red' }, 'problem')).toEqual({
      about: 'enter',
      code: 'room-full',
    });
    await late.ask('enter', { room: 'blue' }, 'welcome');
  });

  test('serves only /health over HTTP', async ({ foreign }) => {
    const { url } = await roomsOf(foreign);
    expect(await call('GET', `${url}/health`)).toMatchObject({ status: 200, body: { alive: true } });
    expect((await call('POST', `${url}/health`, { json: {} })).status).toBe(405);
    for (const path of ['/', '/rooms', '/health/x', '/%ff'])
      expect(await call('GET', url + path)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  test('removes a peer that vanishes', async ({ foreign }) => {
    const { enter } = await roomsOf(foreign);
    const [watcher, lost] = [await enter('red'), await enter('red')];
    const gone = watcher.next('peer-out');
    lost.vanish();
    expect(await gone).toEqual({ id: lost.id });
  });

  test('sends events twice with the defect events-twice', async ({ foreign }) => {
    const { enter } = await roomsOf(foreign, { defects: ['events-twice'] });
    const [watcher, peer] = [await enter('red'), await enter('red')];
    peer.socket.emit('status', { element: 'hand', on: true });
    await fence(peer, watcher);
    expect(watcher.heard.map(({ name }) => name)).toEqual([
      'welcome',
      'peer-in',
      'peer-in',
      'status',
      'status',
      'said',
    ]);
  });

  test('hides every second leave with the defect peer-out-missing', async ({ foreign }) => {
    const { enter, connect } = await roomsOf(foreign, { defects: ['peer-out-missing'] });
    const watcher = await enter('red');
    const [silent, loud] = [await enter('red'), await enter('red')];
    const gone = watcher.next('peer-out');
    silent.close();
    // The room no longer lists this peer.
    await expect
      .poll(async () => (await (await connect()).ask('enter', { room: 'red' }, 'welcome')).peers)
      .not.toContain(silent.id);
    loud.close();
    expect(await gone).toEqual({ id: loud.id });
    expect(watcher.named('peer-out')).toHaveLength(1);
  });
});
