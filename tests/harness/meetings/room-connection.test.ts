import { expect, test } from '@playwright/test';
import { arrivals } from '../../../src/kernel/arrivals.ts';
import { nobody, participantOver, socketClients } from './connecting.ts';
import { roomService } from './room-service.ts';

for (const socketClient of socketClients) {
  const participant = participantOver(socketClient);

  test.describe(`a connection over ${socketClient}`, () => {
    test('connects, enters a room, receives its events and closes without a drop', async () => {
      await using service = await roomService();
      const { room, enter, drops, events, recorded } = participant(service.url);
      expect(await room.connect()).toBe('ok');
      expect(await enter('m-1')).toBe('ok');
      service.io.emit('meeting:hand-raised', { meetingId: 'm-1', userId: 'u-2', timestamp: 'now' });
      await expect.poll(() => events.length, { intervals: [5] }).toBe(1);
      expect(events[0]).toMatchObject({ name: 'hand-raised', meetingId: 'm-1', userId: 'u-2' });
      expect(recorded('socket.connect')).toEqual({ outcomes: { ok: 1 }, causes: [] });
      expect(recorded('room.enter')).toEqual({ outcomes: { ok: 1 }, causes: [] });
      await room.close();
      expect(drops).toEqual([]);
    });

    test('ignores messages that are not room events', async () => {
      await using service = await roomService();
      const { room, events } = participant(service.url);
      await room.connect();
      for (const payload of [
        undefined,
        null,
        'text',
        7,
        {},
        { meetingId: 'm' },
        { meetingId: true, userId: [] },
      ])
        service.io.emit('meeting:hand-raised', payload);
      service.io.emit('meeting:odd', { meetingId: 'm', userId: 'u' });
      // Some services have numbers as ids.
      service.io.emit('meeting:hand-lowered', { meetingId: 1, userId: 2 });
      await expect.poll(() => events.length, { intervals: [5] }).toBeGreaterThan(0);
      expect(events).toMatchObject([{ name: 'hand-lowered', meetingId: '1', userId: '2' }]);
      expect(events).toHaveLength(1);
      await room.close();
    });

    test('records a connect that the service denies', async () => {
      await using service = await roomService();
      const { room, recorded, drops } = participant(service.url, { token: 'refused' });
      expect(await room.connect()).toBe('denied');
      expect(recorded('socket.connect')).toEqual({
        outcomes: { denied: 1 },
        causes: ['Authentication failed'],
      });
      expect(drops).toEqual([]);
    });

    test('records a connect to a closed port as refused', async () => {
      const { room, recorded } = participant(await nobody());
      expect(await room.connect()).toBe('refused');
      expect(recorded('socket.connect')).toEqual({
        outcomes: { refused: 1 },
        causes: ['connection refused'],
      });
    });

    test('times out when the service never answers, and closes the connection', async () => {
      await using service = await roomService();
      const { room, recorded } = participant(service.url, { token: 'never answered', timeoutMs: 50 });
      expect(await room.connect()).toBe('timeout');
      expect(recorded('socket.connect').outcomes).toEqual({ timeout: 1 });
      // The client closed its side, too: the service sees the end of the connection.
      await expect.poll(() => service.io.engine.clientsCount, { intervals: [5] }).toBe(0);
    });

    test('records a connection that breaks in the handshake as a failed connect, not as a drop', async () => {
      await using service = await roomService();
      service.io.use((socket) => socket.conn.close());
      const { room, recorded, drops } = participant(service.url);
      expect(await room.connect()).toBe('reset');
      expect(recorded('socket.connect').outcomes).toEqual({ reset: 1 });
      expect(drops).toEqual([]);
    });

    test('records the HTTP status when a proxy answers with a page', async () => {
      await using service = await roomService();
      service.http.removeAllListeners('upgrade');
      service.http.on('upgrade', (_, socket) =>
        socket.end('HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\n\r\n'),
      );
      const { room, recorded } = participant(service.url);
      expect(await room.connect()).toBe('http 503');
      expect(recorded('socket.connect')).toEqual({ outcomes: { 'http 503': 1 }, causes: ['HTTP 503'] });
    });
  });

  test.describe(`a room over ${socketClient}`, () => {
    test('records a room.enter that the service denies', async () => {
      await using service = await roomService();
      const { room, enter, recorded } = participant(service.url);
      await room.connect();
      expect(await enter('full')).toBe('denied');
      expect(recorded('room.enter')).toEqual({ outcomes: { denied: 1 }, causes: ['MEETING_FULL'] });
      expect(await enter('another')).toBe('ok');
      await room.close();
    });

    for (const [says, answer] of [
      ['answered about another meeting', { meetingId: 'another' }],
      ['answered without the id of the meeting', {}],
      ['answered without the id of the meeting', undefined],
    ] as const) {
      test(`rejects the answer ${JSON.stringify(answer)} to room.enter: ${says}`, async () => {
        await using service = await roomService((socket) => {
          socket.on('meeting:join', () => socket.emit('meeting:joined', answer));
        });
        const { room, enter, recorded } = participant(service.url);
        await room.connect();
        expect(await enter('m-1')).toBe('invalid');
        expect(recorded('room.enter')).toEqual({ outcomes: { invalid: 1 }, causes: [says] });
        await room.close();
      });
    }

    test('times out when nobody answers room.enter', async () => {
      await using service = await roomService(() => undefined);
      const { room, enter, recorded, patience } = participant(service.url);
      expect(await room.connect()).toBe('ok');
      patience.ms = 80;
      expect(await enter('m-1')).toBe('timeout');
      expect(recorded('room.enter').outcomes).toEqual({ timeout: 1 });
      await room.close();
    });

    test('does not time out when the answer waited for a busy process', async () => {
      await using service = await roomService((socket) => {
        socket.on('meeting:join', (asked: unknown) => {
          socket.emit('meeting:joined', asked);
          // The answer is on its way, but this busy process cannot read it.
          const until = performance.now() + 120;
          while (performance.now() < until);
        });
      });
      const { room, enter, patience } = participant(service.url);
      await room.connect();
      patience.ms = 60;
      expect(await enter('m-1')).toBe('ok');
      await room.close();
    });

    test('ends a pending room.enter at once when the connection drops', async () => {
      await using service = await roomService((socket) => {
        socket.on('meeting:join', () => service.reset());
      });
      const { room, enter, recorded, drops } = participant(service.url, { timeoutMs: 60_000 });
      await room.connect();
      expect(await enter('m-1')).toBe('reset');
      expect(recorded('room.enter').outcomes).toEqual({ reset: 1 });
      expect(drops).toEqual(['transport close']);
      // And the next attempt does not wait for a connection that never comes.
      expect(await enter('m-1')).toBe('reset');
      await room.close();
    });

    test('reports the reason of a drop by the service', async () => {
      await using service = await roomService();
      const { room, drops } = participant(service.url);
      await room.connect();
      service.io.disconnectSockets(true);
      await expect.poll(() => drops, { intervals: [5] }).toEqual(['io server disconnect']);
      await room.close();
    });
  });
}

test('excludes a blocked process between connect steps from the earliest latency', async () => {
  const BLOCK_MS = 60;
  await using service = await roomService();
  const { room, merged } = participantOver('wire')(service.url);
  const unwatch = arrivals.watch();
  try {
    const connecting = room.connect();
    // The kernel opens the connection meanwhile.
    for (const end = performance.now() + BLOCK_MS; performance.now() < end; );
    expect(await connecting).toBe('ok');
    const { ok, earliest } = merged('socket.connect')!;
    expect(ok.maxMs - earliest.maxMs).toBeGreaterThan(BLOCK_MS - 5);
  } finally {
    unwatch();
    await room.close();
  }
});
