import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import { outcomeOfError } from '../../../src/request-context/failure.ts';
import { allIdleTimes, idleConnections, resentNote } from '../../../src/request-context/idle-connections.ts';
import { WireContext } from '../../../src/request-context/wire.ts';
import type { WireResponse } from '../../../src/request-context/wire-response.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** The reaction of the service to a request. */
type Treats = 'answers' | 'closes' | 'resets' | 'begins and closes' | 'informs and closes';

const treatments: Readonly<Record<Treats, (socket: Socket) => unknown>> = {
  answers: (socket) => socket.write(ANSWER),
  closes: (socket) => socket.end(),
  resets: (socket) => socket.resetAndDestroy(),
  'begins and closes': (socket) => socket.end('H'),
  'informs and closes': (socket) => socket.end('HTTP/1.1 102 Processing\r\n\r\n'),
};

/** A service that reacts to its requests by the list, and a context that calls it. */
async function serviceThat(...treats: Treats[]) {
  /** The method of each request, with the number of its connection. */
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const seenAt: number[] = [];
  const server = createServer((socket) => {
    const number = sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      requests.push(`${bytes.toString('latin1').split(' ', 1)[0]} on ${number}`);
      seenAt.push(systemClock.now());
      treatments[treats.shift() ?? 'answers'](socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = new WireContext({ baseURL, timeoutMs: 10_000 });
  return {
    context,
    requests,
    sockets,
    seenAt,
    call: (method: string, data?: object) =>
      context.fetch('/', { method, ...(data ? { data } : {}) }).then(
        (answer) => answer.text(),
        (error: unknown) => outcomeOfError(error),
      ),
    async [Symbol.asyncDispose]() {
      await context.dispose();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test.describe('Is a call resent when its connection ended before the first byte of the answer?', () => {
  for (const ends of ['closes', 'resets'] as const)
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
      test(`resends ${method} when the service ${ends} a used connection`, async () => {
        await using service = await serviceThat('answers', ends, 'answers');
        const before = idleConnections.times.resent!;
        expect([await service.call('GET'), await service.call(method)]).toEqual([
          'ok',
          method === 'HEAD' ? '' : 'ok',
        ]);
        expect(service.requests).toEqual(['GET on 1', `${method} on 1`, `${method} on 2`]);
        expect(idleConnections.times.resent).toBe(before + 1);
      });

  test('resends a POST that did not reach the service', async () => {
    await using service = await serviceThat();
    expect(await service.call('GET')).toBe('ok');
    // The client has not polled its connection when it sends the next call.
    service.sockets[0]!.resetAndDestroy();
    expect(await service.call('POST', { a: 'é' })).toBe('ok');
    expect(service.requests).toEqual(['GET on 1', 'POST on 2']);
  });

  for (const [why, treats, calls, requests] of [
    [
      'the service may have executed a POST',
      ['answers', 'closes'],
      ['GET', 'POST'],
      ['GET on 1', 'POST on 1'],
    ],
    ['the service ended a new connection', ['closes'], ['GET'], ['GET on 1']],
    ['the answer had begun', ['answers', 'begins and closes'], ['GET', 'GET'], ['GET on 1', 'GET on 1']],
    [
      'an interim answer had arrived',
      ['answers', 'informs and closes'],
      ['GET', 'GET'],
      ['GET on 1', 'GET on 1'],
    ],
    [
      'the call was resent before',
      ['answers', 'closes', 'closes'],
      ['GET', 'GET'],
      ['GET on 1', 'GET on 1', 'GET on 2'],
    ],
  ] as const)
    test(`does not resend a call when ${why}`, async () => {
      await using service = await serviceThat(...treats);
      let last = '';
      for (const method of calls) last = await service.call(method, method === 'POST' ? {} : undefined);
      expect(last).toBe('reset');
      expect(service.requests).toEqual(requests);
    });

  test('does not resend a call when the context is disposed', async () => {
    await using service = await serviceThat('answers', 'answers');
    expect(await service.call('GET')).toBe('ok');
    const call = service.call('GET');
    await service.context.dispose();
    expect(await call).toBe('aborted');
  });

  test('measures a resent call from its first start, and sends waiting calls after it', async () => {
    await using service = await serviceThat('answers', 'closes', 'answers', 'answers');
    await service.call('GET');
    const [first, second] = (await Promise.all([
      service.context.get('/'),
      service.context.get('/'),
    ])) as unknown as WireResponse<unknown>[];
    expect(service.requests).toEqual(['GET on 1', 'GET on 1', 'GET on 2', 'GET on 2']);
    expect(first!.startedAt).toBeLessThan(service.seenAt[1]!);
    expect(first!.latestAt).toBeGreaterThan(service.seenAt[2]!);
    expect(second!.latestAt).toBeGreaterThan(service.seenAt[3]!);
  });

  test('sends waiting calls after a connection error', async () => {
    await using service = await serviceThat('resets', 'answers');
    expect(await Promise.all([service.call('GET'), service.call('GET')])).toEqual(['reset', 'ok']);
  });
});

test('the note on resent calls has their number over all workers', () => {
  const times = {
    broken: 0,
    shortestBrokenMs: null,
    longestKeptMs: 0,
    spreadMs: 0,
    announcedS: null,
    resent: 2,
  };
  expect(resentNote(allIdleTimes([times, { ...times, resent: 1 }]))).toMatch(
    /^3 calls were sent again on a new connection, because the service ended /,
  );
  expect(resentNote(allIdleTimes([{ ...times, resent: 0 }]))).toBeUndefined();
});
