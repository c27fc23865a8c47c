import { expect, test } from './service-fixture.ts';
import { call, type Heard, type User } from './user.ts';

/** Joins the meeting and enters its room. */
async function enter(user: User, meetingId: string) {
  await user.post(`/${meetingId}/join`);
  return user.enter(meetingId);
}

const messagesIn = (heard: Heard) =>
  heard.filter(({ name }) => name === 'chat:message').map(({ content }) => content);

test.describe('the chat', () => {
  test('sends a message once to each user in the room, with its sender, text, id and time', async ({
    newUser,
  }) => {
    const [host, guest, elsewhere] = [newUser(), newUser(), newUser()];
    const meetingId = await host.open();
    const [atHost, atGuest] = [await host.enter(meetingId), await enter(guest, meetingId)];
    const atOther = await elsewhere.enter(await elsewhere.open());

    const message = { meetingId, id: 'message 1', text: '  <b>Hello</b> 👋 ' };
    expect(await atGuest.socket.emitWithAck('chat:send', message)).toEqual({ meetingId, id: 'message 1' });

    const expected = {
      meetingId,
      userId: guest.id,
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      id: 'message 1',
      text: '<b>Hello</b> 👋',
    };
    for (const { heard } of [atHost, atGuest]) await expect.poll(() => messagesIn(heard)).toEqual([expected]);
    expect(messagesIn(atOther.heard)).toEqual([]);
  });

  test('rejects messages of users outside the room', async ({ newUser }) => {
    const [host, guest, stranger] = [newUser(), newUser(), newUser()];
    const meetingId = await host.open();
    const { heard } = await host.enter(meetingId);
    const atGuest = await enter(guest, meetingId);
    const { socket: outside } = await stranger.connect();
    const message = { meetingId, id: '1', text: 'Hello' };
    expect(await outside.emitWithAck('chat:send', message)).toMatchObject({ error: 'NOT_PARTICIPANT' });
    await guest.post(`/${meetingId}/leave`);
    expect(await atGuest.socket.emitWithAck('chat:send', message)).toMatchObject({
      meetingId,
      error: 'NOT_PARTICIPANT',
    });
    expect(messagesIn(heard)).toEqual([]);
  });

  test('rejects invalid messages, and ignores unknown fields', async ({ newUser }) => {
    const host = newUser();
    const meetingId = await host.open();
    const { socket, heard } = await host.enter(meetingId);
    const good = { meetingId, id: '1', text: 'Hello' };
    for (const bad of [
      undefined,
      'text',
      {},
      { ...good, meetingId: 'x' },
      { ...good, id: undefined },
      { ...good, id: '' },
      { ...good, id: 'x'.repeat(101) },
      { ...good, text: undefined },
      { ...good, text: ' ' },
      { ...good, text: 7 },
      { ...good, text: 'x'.repeat(2001) },
    ])
      expect(await socket.emitWithAck('chat:send', bad)).toMatchObject({ error: 'VALIDATION_ERROR' });
    // This message has no acknowledgement callback.
    socket.emit('chat:send');
    const longest = { ...good, text: 'x'.repeat(2000), userId: 'another user', timestamp: 'another time' };
    await socket.emitWithAck('chat:send', longest);
    await expect.poll(() => messagesIn(heard)).toHaveLength(1);
    const [{ userId, timestamp, text }] = messagesIn(heard);
    expect({ userId, text }).toEqual({ userId: host.id, text: longest.text });
    expect(timestamp).not.toBe('another time');
  });

  test('limits the messages of each sender', async ({ newUser }) => {
    const [host, guest] = [newUser(), newUser()];
    const meetingId = await host.open();
    const { heard } = await host.enter(meetingId);
    const { socket } = await enter(guest, meetingId);
    const answers = await Promise.all(
      Array.from({ length: 90 }, (_, id) =>
        socket.emitWithAck('chat:send', { meetingId, id: String(id), text: 'Hello' }),
      ),
    );
    const rejected = answers.filter(({ error }) => error === 'TOO_MANY_MESSAGES').length;
    expect(rejected).toBeGreaterThan(0);
    await expect.poll(() => messagesIn(heard)).toHaveLength(90 - rejected);
    expect(90 - rejected).toBeGreaterThanOrEqual(60);
  });

  test('RATE_LIMIT_FACTOR=0 removes the chat limit, and /metrics counts messages by name', async ({
    launch,
    databaseUrl,
    newUser,
  }) => {
    const settings = { RATE_LIMIT_FACTOR: '0', LOG_LEVEL: 'warn', DATABASE_URL: databaseUrl };
    const url = await launch(settings).ready;
    const host = newUser(url);
    const meetingId = await host.open();
    const { socket } = await host.enter(meetingId);
    for (let id = 0; id < 90; id++)
      expect(
        await socket.emitWithAck('chat:send', { meetingId, id: String(id), text: 'Hello' }),
      ).not.toHaveProperty('error');
    socket.emit('no such message').emit('ping');
    await new Promise<void>((resolve) => socket.once('pong', () => resolve()));
    const { text } = await call(`${url}/metrics`);
    for (const [name, count] of [
      ['chat:send', 90],
      ['meeting:join', 1],
      ['unmatched', 1],
    ])
      expect(text).toContain(`socketio_messages_total{message="${name}"} ${count}\n`);
  });
});
