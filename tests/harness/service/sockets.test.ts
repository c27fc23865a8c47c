import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { expect, test } from './service-fixture.ts';

test.describe('a socket', () => {
  for (const transport of ['websocket', 'polling'] as const) {
    test(`opens over ${transport} with a token in the Authorization header`, async ({ url, newUser }) => {
      const extraHeaders = { authorization: `Bearer ${newUser().token}` };
      const socket = io(url, { extraHeaders, transports: [transport], reconnection: false, forceNew: true });
      try {
        await new Promise<void>((resolve, reject) =>
          socket.on('connect', resolve).on('connect_error', reject),
        );
        expect(socket.connected).toBe(true);
      } finally {
        socket.disconnect();
      }
    });
  }

  test('answers ping with pong', async ({ newUser }) => {
    const { socket, heard } = await newUser().connect();
    socket.emit('ping');
    await expect.poll(() => heard).toEqual([{ name: 'pong', content: undefined }]);
  });

  test('answers a join and a leave of the room with an event and an acknowledgement', async ({ newUser }) => {
    const host = newUser();
    const meetingId = await host.open();
    const { socket, heard } = await host.connect();

    expect(await socket.emitWithAck('meeting:join', { meetingId })).toEqual({ meetingId });
    expect(heard).toEqual([{ name: 'meeting:joined', content: { meetingId } }]);
    expect((await host.get(`/${meetingId}`)).body.data.participants[0].isConnected).toBe(true);

    expect(await socket.emitWithAck('meeting:leave', { meetingId })).toEqual({ meetingId });
    expect(heard[1]).toEqual({ name: 'meeting:left', content: { meetingId } });
    expect((await host.get(`/${meetingId}`)).body.data.participants[0].isConnected).toBe(false);
  });

  test('refuses to join a room to strangers, and for unknown, ended and invalid meetings', async ({
    newUser,
  }) => {
    const host = newUser();
    const [open, ended, unknown] = [await host.open(), await host.open(), randomUUID()];
    await host.post(`/${ended}/leave`);
    const stranger = newUser();
    const { socket, heard } = await stranger.connect();

    for (const [message, meetingId, code] of [
      [{ meetingId: open }, open, 'NOT_PARTICIPANT'],
      [{ meetingId: unknown }, unknown, 'MEETING_NOT_FOUND'],
      [{ meetingId: ended }, ended, 'MEETING_ENDED'],
      [{ meetingId: "' or 1=1" }, null, 'VALIDATION_ERROR'],
      [{}, null, 'VALIDATION_ERROR'],
      ['nonsense', null, 'VALIDATION_ERROR'],
    ]) {
      const refusal = { meetingId, error: code, message: expect.any(String) };
      expect(await socket.emitWithAck('meeting:join', message)).toEqual(refusal);
      expect(heard.at(-1)).toEqual({ name: 'meeting:error', content: refusal });
    }
    socket.emit('meeting:join');
    await expect.poll(() => heard.length).toBe(7);

    // The refused socket gets no event of the meeting.
    await host.post(`/${open}/hand/raise`);
    await socket.emitWithAck('meeting:leave', { meetingId: open });
    expect(heard.slice(7).map(({ name }) => name)).toEqual(['meeting:left']);
  });
});
