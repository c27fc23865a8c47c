import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { EchoProcess } from '../../../src/crowd/canary/echo-process.ts';
import { arrivals } from '../../../src/kernel/arrivals.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { causeOfError, outcomeOfError } from '../../../src/request-context/failure.ts';
import type { CallOptions } from '../../../src/request-context/request-context.ts';
import { WireContext } from '../../../src/request-context/wire.ts';
import { WireResponse } from '../../../src/request-context/wire-response.ts';
import { type EchoService, startEchoService } from './echo-service.ts';
import { SilentListener } from './silent-listener.ts';

test.describe('What does the wire request context not do?', () => {
  let service: EchoService;
  let context: WireContext;
  test.beforeEach(async () => {
    service = await startEchoService();
    context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
  });
  test.afterEach(async () => {
    await context.dispose();
    await service.close();
  });

  const unsupported: Record<string, CallOptions> = {
    multipart: { multipart: { file: 'a' } },
    ignoreHTTPSErrors: { ignoreHTTPSErrors: true },
    maxRetries: { maxRetries: 1 },
  };
  for (const [name, options] of Object.entries(unsupported)) {
    test(`${name}: the error names it and gives a hint`, async () => {
      const call = context.post('/echo', options);
      await expect(call).rejects.toThrow(`The wire request context does not support ${name}. Use `);
      await expect(call).rejects.toThrow('REQUEST_CONTEXT=playwright');
      expect(service.calls).toEqual([]);
    });
  }

  test('fetch with a request of a page', async () => {
    const request: unknown = { url: () => '/echo' };
    await expect(context.fetch(request as string)).rejects.toThrow(
      'Give fetch a URL, not a request of a page.',
    );
  });

  test('accepts options that change nothing', async () => {
    expect((await context.get('/echo', { maxRetries: 0, ignoreHTTPSErrors: false })).ok()).toBe(true);
  });

  test('repeat what may have been done: a broken connection is one call at the service and one failure', async () => {
    await context.get('/echo');
    expect(outcomeOfError(await context.post('/reset').catch((error: unknown) => error))).toBe('reset');
    expect(service.calls).toEqual(['GET /echo', 'POST /reset']);
  });

  test('send an invalid header, and the error hides its value', async () => {
    const call = context.get('/echo', { headers: { authorization: 'secret\nvalue' } });
    const error: Error = await call.then(
      () => new Error('sent'),
      (thrown) => thrown,
    );
    expect(error.message).toBe('GET /echo: invalid authorization header');
    expect([outcomeOfError(error), causeOfError(error)]).toEqual(['error', 'invalid authorization header']);
  });
});

test.describe('How many connections has a participant?', () => {
  test('one, whatever it calls at once', async () => {
    const service = await startEchoService();
    const context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await Promise.all(Array.from({ length: 20 }, () => context.get('/echo')));
    expect(service.connections).toHaveLength(1);
    await context.dispose();
    await service.close();
  });

  test('as many as it is given', async () => {
    const service = await startEchoService();
    const context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000, connections: 3 });
    await Promise.all(Array.from({ length: 20 }, () => context.get('/echo')));
    expect(service.connections).toHaveLength(3);
    await context.dispose();
    await service.close();
  });

  test('none before its first call', async () => {
    const service = await startEchoService();
    const contexts = Array.from(
      { length: 100 },
      () => new WireContext({ baseURL: service.baseURL, timeoutMs: 1 }),
    );
    await Promise.all(contexts.map((context) => context.dispose()));
    expect(service.connections).toHaveLength(0);
    await service.close();
  });
});

test.describe('How early can an answer have been, had its call been sent at once?', () => {
  const BLOCK_MS = 60;
  function block(): void {
    const end = performance.now() + BLOCK_MS;
    while (performance.now() < end);
  }
  /** A call, after which this process does something: the width of its bracket, and how late it started. */
  async function called(context: WireContext, path: string, then: () => void) {
    const calledAt = systemClock.now();
    const answered = context.get(path);
    then();
    const response = await answered;
    if (!(response instanceof WireResponse)) throw new Error('no answer of the wire');
    const { startedAt, latestAt, earliestAt } = response;
    return { width: latestAt - earliestAt, lateMs: startedAt - calledAt };
  }

  async function width(context: WireContext, path: string, then: () => void): Promise<number> {
    return (await called(context, path, then)).width;
  }

  test('by what held the process up before it sent it on a new connection; on an idle one, it starts later', async () => {
    const service = await EchoProcess.start();
    const context = new WireContext({ baseURL: service.url, timeoutMs: 10_000 });
    const unwatch = arrivals.watch();
    try {
      const first = await called(context, '/0', block);
      expect(first.width).toBeGreaterThan(BLOCK_MS - 5);
      expect(first.lateMs).toBeLessThan(BLOCK_MS);
      // After a pause, the connection is looked at before it is used.
      block();
      expect((await called(context, '/0', block)).lateMs).toBeGreaterThan(BLOCK_MS - 5);
    } finally {
      unwatch();
      await context.dispose();
      await service.close();
    }
  });

  test('not by the time that the service took for another call on the same connection', async () => {
    const service = await startEchoService();
    const context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    const unwatch = arrivals.watch();
    try {
      await context.get('/echo');
      const slow = context.get('/later');
      const queued = width(context, '/echo', () => undefined);
      await delay(100);
      const answeredAt = performance.now();
      service.answerLater();
      await slow;
      // All of what came before the answer to the first was the service's.
      expect(await queued).toBeLessThan(performance.now() - answeredAt + 50);
    } finally {
      unwatch();
      await context.dispose();
      await service.close();
    }
  });
});

test.describe('What happens to calls that wait for the connection?', () => {
  test('one that times out in the queue is not sent, and does not cost the connection', async () => {
    const service = await startEchoService();
    const context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    const slow = context.get('/later');
    const queued = await context.get('/echo', { timeout: 20 }).catch((error: unknown) => error);
    expect(outcomeOfError(queued)).toBe('timeout');
    service.answerLater();
    expect((await slow).ok()).toBe(true);
    expect((await context.get('/echo?after')).ok()).toBe(true);
    expect(service.calls).toEqual(['GET /later', 'GET /echo?after']);
    expect(service.connections).toHaveLength(1);
    await context.dispose();
    await service.close();
  });

  test('disposing ends those too', async () => {
    const service = await startEchoService();
    const context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    const arrived = service.arrived('/silent');
    const calls = ['/silent', '/echo', '/echo'].map((path) =>
      context.get(path).catch((error: unknown) => error),
    );
    await arrived;
    await context.dispose();
    expect((await Promise.all(calls)).map(outcomeOfError)).toEqual(['aborted', 'aborted', 'aborted']);
    expect(service.calls).toEqual(['GET /silent']);
    await service.close();
  });

  test('nothing accepts the connection: a call ends at its own timeout, while TCP still tries', async () => {
    await using listener = await SilentListener.start();
    const context = new WireContext({ baseURL: listener.baseURL, timeoutMs: 10_000 });
    const error: Error = await context.get('/echo', { timeout: 30 }).then(
      () => new Error('answered'),
      (thrown) => thrown,
    );
    expect(error.message).toBe('GET /echo: no answer within 30 ms');
    expect(outcomeOfError(error)).toBe('timeout');
    await context.dispose();
  });

  test('nothing accepts the connection: disposing ends the attempt and the calls', async () => {
    await using listener = await SilentListener.start();
    const context = new WireContext({ baseURL: listener.baseURL, timeoutMs: 10_000 });
    const before = openSockets();
    const calls = ['/one', '/two'].map((path) => context.get(path).catch((error: unknown) => error));
    await expect.poll(openSockets).toBe(before + 1);
    await context.dispose();
    expect((await Promise.all(calls)).map(outcomeOfError)).toEqual(['aborted', 'aborted']);
    await expect.poll(openSockets).toBe(before);
  });
});

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => /^TCPSocketWrap|^TCPConnectWrap/.test(kind))
    .length;
}
