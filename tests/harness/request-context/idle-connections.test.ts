import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import {
  allIdleTimes,
  IdleConnections,
  idleConnections,
  idleConnectionsNote,
} from '../../../src/request-context/idle-connections.ts';
import { WireContext } from '../../../src/request-context/wire.ts';

/** Connections that broke after a pause, a few seconds apart, and connections that survived their pause. */
function watched(broken: readonly number[], kept: readonly number[] = [], announced?: string) {
  const connections = new IdleConnections();
  for (const ms of kept) connections.kept(ms);
  for (const [index, ms] of broken.entries()) connections.broke(ms, 1000 + index * 4000);
  if (announced !== undefined) connections.announced(announced);
  return connections.times;
}

test.describe('Does the service close idle connections?', () => {
  test('reports the idle timeout when only pauses above it ended with a closed connection', () => {
    expect(idleConnectionsNote(watched([5200, 7900, 6100], [4800, 300]))).toBe(
      'The service closes idle connections after 5 s: 3 calls found their connection closed after a pause of 5.2 s or more; connections survived pauses of up to 4.8 s. The service does not announce this time (Keep-Alive header).',
    );
    // Without a whole second between both pauses, the limit is the shortest broken pause.
    expect(idleConnectionsNote(watched([5900, 7900, 6100], [5700]))).toContain('after 5.9 s: ');
    expect(idleConnectionsNote(watched([700, 800, 900]))).toMatch(
      /^The service closes .* after 0.7 s: 3 calls/,
    );
    expect(idleConnectionsNote(watched([6200, 6300, 6400], [4000], 'timeout=5, max=100'))).toMatch(
      /after 5 s: [^.]*6\.2 s or more; connections survived pauses of up to 4\.0 s\.$/,
    );
  });

  test('reports nothing after a longer harmless pause, or with fewer than three closed connections', () => {
    expect(idleConnectionsNote(watched([5200, 7900, 6100], [5300]))).toBeUndefined();
    expect(idleConnectionsNote(watched([5200, 7900]))).toBeUndefined();
    expect(idleConnectionsNote(watched([100, 200, 300, 400]))).toBeUndefined();
    expect(idleConnectionsNote(watched([]))).toBeUndefined();
    expect(idleConnectionsNote(undefined)).toBeUndefined();
  });

  test('reports nothing when one crash broke many connections at once', () => {
    const crashed = new IdleConnections();
    for (let user = 0; user < 100; user++) crashed.broke(2000 + user, 50_000 + user);
    expect(idleConnectionsNote(crashed.times)).toBeUndefined();
  });

  test('merges workers to the shortest broken pause and the longest kept pause', () => {
    const all = allIdleTimes([
      watched([5200, 5300], [100]),
      watched([5100, 6000, 7000], [4500], 'timeout=5'),
    ]);
    expect(all).toEqual({
      broken: 5,
      shortestBrokenMs: 5100,
      longestKeptMs: 4500,
      spreadMs: 8000,
      announcedS: 5,
      resent: 0,
    });
    expect(allIdleTimes([])).toBeUndefined();
  });
});

test.describe('What does the wire context record about a connection after a pause?', () => {
  /** A service behind a firewall that forgets idle connections silently. */
  async function forgetful(afterMs: number, keepAlive?: number) {
    const since = new Map<Socket, number>();
    const server = createServer((request, response) => {
      const idleMs = performance.now() - (since.get(request.socket) ?? Number.POSITIVE_INFINITY);
      if (idleMs > afterMs) {
        request.socket.resetAndDestroy();
        return;
      }
      response.once('finish', () => since.set(request.socket, performance.now()));
      if (keepAlive === undefined) response.setHeader('connection', 'keep-alive');
      response.end('{}');
    });
    server.keepAliveTimeout = (keepAlive ?? 0) * 1000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const context = new WireContext({
      baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      timeoutMs: 5000,
    });
    return {
      context,
      close: async () => {
        await context.dispose();
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  }

  test('records a reset on reuse with the length of the pause', async () => {
    const { context, close } = await forgetful(1500);
    const before = idleConnections.times;
    await context.get('/');
    await pause(100);
    await context.get('/');
    expect(idleConnections.times.broken).toBe(before.broken);
    expect(idleConnections.times.longestKeptMs).toBeGreaterThanOrEqual(95);
    await pause(1600);
    // A GET would be resent.
    await expect(context.post('/')).rejects.toThrow(/ECONNRESET|UND_ERR_SOCKET/);
    const { broken, shortestBrokenMs } = idleConnections.times;
    expect(broken).toBe(before.broken + 1);
    expect(shortestBrokenMs).toBeGreaterThanOrEqual(1500);
    // A new connection has no pause.
    await context.get('/');
    expect(idleConnections.times.broken).toBe(before.broken + 1);
    await pause(1600);
    await context.get('/');
    expect(idleConnections.times).toMatchObject({ broken: before.broken + 2, resent: before.resent! + 1 });
    await close();
  });

  test('records the timeout of the Keep-Alive header', async () => {
    const { context, close } = await forgetful(60_000, 7);
    await context.get('/');
    expect(idleConnections.times.announcedS).toBe(7);
    await close();
  });
});
