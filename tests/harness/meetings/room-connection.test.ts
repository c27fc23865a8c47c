import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { RoomEvent } from '../../../src/meetings/contract.ts';
import { RoomConnection } from '../../../src/meetings/room-connection.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { answering, roomService } from './room-service.ts';

/** A connection and what it told: its outcomes and causes by operation, its drops and its events. */
function participant(url: string, { token = 'good', timeoutMs = 5000 } = {}) {
  const timings = new Timings(systemClock.now());
  const drops: string[] = [];
  const events: RoomEvent[] = [];
  const room = new RoomConnection({
    url,
    token,
    timeoutMs,
    timings,
    clock: systemClock,
    onEvent: (event) => events.push(event),
    onDrop: (reason) => drops.push(reason),
  });
  const recorded = (operation: string) => {
    const merged = new MergedTimings([timings.encode(systemClock.now())]).operations.get(operation);
    return { outcomes: merged?.outcomes, causes: [...(merged?.causes.keys() ?? [])] };
  };
  return { room, drops, events, recorded };
}

/** An address at which nobody listens. */
async function nobody(): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

test.describe('the connection', () => {
  test('opens, enters a room, hears its events, and closes without a drop', async () => {
    await using service = await roomService();
    const { room, drops, events, recorded } = participant(service.url);
    expect(await room.connect()).toBe('ok');
    expect(await room.enter('m-1')).toBe('ok');
    service.io.emit('meeting:hand-raised', { meetingId: 'm-1', userId: 'u-2', timestamp: 'now' });
    await expect.poll(() => events.length, { intervals: [5] }).toBe(1);
    expect(events[0]).toMatchObject({ name: 'meeting:hand-raised', meetingId: 'm-1', userId: 'u-2' });
    expect(recorded('socket.connect')).toEqual({ outcomes: { ok: 1 }, causes: [] });
    expect(recorded('room.enter')).toEqual({ outcomes: { ok: 1 }, causes: [] });
    room.close();
    expect(drops).toEqual([]);
  });

  test('what is no event of a room is not taken for one', async () => {
    await using service = await roomService();
    const { room, events } = participant(service.url);
    await room.connect();
    for (const payload of [undefined, null, 'text', 7, {}, { meetingId: 'm' }, { meetingId: 1, userId: 2 }])
      service.io.emit('meeting:odd', payload);
    service.io.emit('meeting:last', { meetingId: 'm', userId: 'u' });
    await expect.poll(() => events.length, { intervals: [5] }).toBeGreaterThan(0);
    expect(events.map(({ name }) => name)).toEqual(['meeting:last']);
    room.close();
  });

  test('is denied by the service', async () => {
    await using service = await roomService();
    const { room, recorded, drops } = participant(service.url, { token: 'refused' });
    expect(await room.connect()).toBe('denied');
    expect(recorded('socket.connect')).toEqual({
      outcomes: { denied: 1 },
      causes: ['Authentication failed'],
    });
    expect(drops).toEqual([]);
  });

  test('is refused where nobody listens', async () => {
    const { room, recorded } = participant(await nobody());
    expect(await room.connect()).toBe('refused');
    expect(recorded('socket.connect')).toEqual({ outcomes: { refused: 1 }, causes: ['connection refused'] });
  });

  test('times out where nobody answers, and what answers later is no connection', async () => {
    await using service = await roomService();
    const { room, recorded } = participant(service.url, { token: 'never answered', timeoutMs: 50 });
    expect(await room.connect()).toBe('timeout');
    expect(recorded('socket.connect').outcomes).toEqual({ timeout: 1 });
    // It gave up on its side too: the service sees the end of the connection.
    await expect.poll(() => service.io.engine.clientsCount, { intervals: [5] }).toBe(0);
  });

  test('that breaks off in its handshake is a failed connect, and no drop', async () => {
    await using service = await roomService();
    service.io.use((socket) => socket.conn.close());
    const { room, recorded, drops } = participant(service.url);
    expect(await room.connect()).toBe('reset');
    expect(recorded('socket.connect').outcomes).toEqual({ reset: 1 });
    expect(drops).toEqual([]);
  });

  test('that a proxy answers with a page is an outcome of its status', async () => {
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

test.describe('the room', () => {
  test('is denied by the service', async () => {
    await using service = await roomService();
    const { room, recorded } = participant(service.url);
    await room.connect();
    expect(await room.enter('full')).toBe('denied');
    expect(recorded('room.enter')).toEqual({ outcomes: { denied: 1 }, causes: ['MEETING_FULL'] });
    expect(await room.enter('another')).toBe('ok');
    room.close();
  });

  test('times out where nobody answers; the answer of another room is none', async () => {
    await using service = await roomService((socket) => {
      socket.on('meeting:join', () => socket.emit('meeting:joined', { meetingId: 'another' }));
    });
    const { room, recorded } = participant(service.url, { timeoutMs: 80 });
    await room.connect();
    expect(await room.enter('m-1')).toBe('timeout');
    expect(recorded('room.enter').outcomes).toEqual({ timeout: 1 });
    room.close();
  });

  test('is entered where the answer does not name it', async () => {
    await using service = await roomService((socket) => {
      socket.on('meeting:join', () => socket.emit('meeting:joined'));
    });
    const { room } = participant(service.url);
    await room.connect();
    expect(await room.enter('m-1')).toBe('ok');
    room.close();
  });

  test('a drop while it waits ends the wait at once, and is a drop', async () => {
    await using service = await roomService((socket) => {
      socket.on('meeting:join', () => service.reset());
    });
    const { room, recorded, drops } = participant(service.url, { timeoutMs: 60_000 });
    await room.connect();
    expect(await room.enter('m-1')).toBe('reset');
    expect(recorded('room.enter').outcomes).toEqual({ reset: 1 });
    expect(drops).toEqual(['transport close']);
    // And the next attempt does not wait for a connection that never comes.
    expect(await room.enter('m-1')).toBe('reset');
    room.close();
  });

  test('a drop by the service is told with its reason', async () => {
    await using service = await roomService();
    const { room, drops } = participant(service.url);
    await room.connect();
    service.io.disconnectSockets(true);
    await expect.poll(() => drops, { intervals: [5] }).toEqual(['io server disconnect']);
    room.close();
  });
});

test.describe('close', () => {
  test('ends what still waits as aborted, which is no failure', async () => {
    await using service = await roomService(() => undefined);
    const { room, recorded, drops } = participant(service.url, { timeoutMs: 60_000 });
    await room.connect();
    const entering = room.enter('m-1');
    room.close();
    expect(await entering).toBe('aborted');
    expect(recorded('room.enter')).toEqual({ outcomes: { aborted: 1 }, causes: [] });
    expect(drops).toEqual([]);
  });

  test('ends a connect in the middle, and nothing can be begun after it', async () => {
    await using service = await roomService();
    const { room, recorded } = participant(service.url, { token: 'never answered', timeoutMs: 60_000 });
    const connecting = room.connect();
    room.close();
    expect(await connecting).toBe('aborted');
    expect(await room.connect()).toBe('aborted');
    expect(await room.enter('m-1')).toBe('aborted');
    expect(recorded('socket.connect').outcomes).toEqual({ aborted: 2 });
    await expect.poll(() => service.io.engine.clientsCount, { intervals: [5] }).toBe(0);
  });

  test('leaves neither a timer nor a connection, however it went', async () => {
    const held = () => process.getActiveResourcesInfo().filter((kind) => /Timeout|TCP/.test(kind)).length;
    const before = held();
    {
      await using service = await roomService(answering);
      for (const token of ['good', 'refused']) {
        const { room } = participant(service.url, { token, timeoutMs: 60_000 });
        await room.connect();
        await room.enter('m-1');
        await room.enter('full');
        room.close();
      }
      const { room } = participant(await nobody(), { timeoutMs: 60_000 });
      await room.connect();
      room.close();
      // The service's own connections end first: what is left is the participants'.
      await expect.poll(() => service.io.engine.clientsCount, { intervals: [5] }).toBe(0);
    }
    for (let turn = 0; turn < 10_000 && held() > before; turn++)
      await new Promise((resolve) => setImmediate(resolve));
    expect(held()).toBeLessThanOrEqual(before);
  });
});
