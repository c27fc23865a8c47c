import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { expect, test } from './service-fixture.ts';

test.describe('sockets', () => {
  for (const transport of ['websocket', 'polling'] as const) {
    test(`a token in the Authorization header opens one over ${transport}`, async ({ url, newUser }) => {
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

  test('ping is answered with pong', async ({ newUser }) => {
    const { socket, heard } = await newUser().connect();
    socket.emit('ping');
    await expect.poll(() => heard).toEqual([{ name: 'pong', content: undefined }]);
  });

  test('joining and leaving the room is answered with an event, and with an acknowledgement if asked', async ({
    newUser,
  }) => {
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

  test('the room is closed to strangers, for unknown meetings, ended ones and nonsense', async ({
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

    // Hears nothing of the meeting it was refused.
    await host.post(`/${open}/hand/raise`);
    await socket.emitWithAck('meeting:leave', { meetingId: open });
    expect(heard.slice(7).map(({ name }) => name)).toEqual(['meeting:left']);
  });
});
