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

test.describe('What does the wire request context refuse?', () => {
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
    test(`refuses ${name}, and the error names it and gives a hint`, async () => {
      const call = context.post('/echo', options);
      await expect(call).rejects.toThrow(`The wire request context does not support ${name}. Use `);
      await expect(call).rejects.toThrow('REQUEST_CONTEXT=playwright');
      expect(service.calls).toEqual([]);
    });
  }

  test('refuses a fetch with a request of a page', async () => {
    const request: unknown = { url: () => '/echo' };
    await expect(context.fetch(request as string)).rejects.toThrow(
      'Give fetch a URL, not a request of a page.',
    );
  });

  test('accepts unsupported options that have their default value', async () => {
    expect((await context.get('/echo', { maxRetries: 0, ignoreHTTPSErrors: false })).ok()).toBe(true);
  });

  test('does not resend a POST that the service may have executed', async () => {
    await context.get('/echo');
    expect(outcomeOfError(await context.post('/reset').catch((error: unknown) => error))).toBe('reset');
    expect(service.calls).toEqual(['GET /echo', 'POST /reset']);
  });

  test('refuses an invalid header, and the error hides its value', async () => {
    const call = context.get('/echo', { headers: { authorization: 'secret\nvalue' } });
    const error: Error = await call.then(
      () => new Error('sent'),
      (thrown) => thrown,
    );
    expect(error.message).toBe('GET /echo: invalid authorization header');
    expect([outcomeOfError(error), causeOfError(error)]).toEqual(['error', 'invalid authorization header']);
  });
});

test.describe('How many connections does a participant open?', () => {
  test('opens one connection for 20 concurrent calls', async () => {
    const service = await startEchoService();
    const context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await Promise.all(Array.from({ length: 20 }, () => context.get('/echo')));
    expect(service.connections).toHaveLength(1);
    await context.dispose();
    await service.close();
  });

  test('opens as many connections as the option allows', async () => {
    const service = await startEchoService();
    const context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000, connections: 3 });
    await Promise.all(Array.from({ length: 20 }, () => context.get('/echo')));
    expect(service.connections).toHaveLength(3);
    await context.dispose();
    await service.close();
  });

  test('opens no connection before its first call', async () => {
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

test.describe('How wide is the bracket of a latency?', () => {
  const BLOCK_MS = 60;
  function block(): void {
    const end = performance.now() + BLOCK_MS;
    while (performance.now() < end);
  }
  /** Makes a call and then runs `then`. Returns the width of the call's bracket, and how late the call started. */
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

  test('the bracket covers a block before the call is sent, on a new connection only', async () => {
    const service = await EchoProcess.start();
    const context = new WireContext({ baseURL: service.url, timeoutMs: 10_000 });
    const unwatch = arrivals.watch();
    try {
      const first = await called(context, '/0', block);
      expect(first.width).toBeGreaterThan(BLOCK_MS - 5);
      expect(first.lateMs).toBeLessThan(BLOCK_MS);
      // After a pause, the connection is polled before its reuse.
      block();
      expect((await called(context, '/0', block)).lateMs).toBeGreaterThan(BLOCK_MS - 5);
    } finally {
      unwatch();
      await context.dispose();
      await service.close();
    }
  });

  test('the bracket excludes the service time of an earlier call on the same connection', async () => {
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
      // All time before the answer to the first call was time of the service.
      expect(await queued).toBeLessThan(performance.now() - answeredAt + 50);
    } finally {
      unwatch();
      await context.dispose();
      await service.close();
    }
  });
});

test.describe('What happens to calls that wait for the connection?', () => {
  test('does not send a call that timed out in the queue, and keeps the connection', async () => {
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

  test('aborts waiting calls when the context is disposed', async () => {
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

  test('ends a call at its own timeout while TCP still connects', async () => {
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

  test('ends the connect and its calls when the context is disposed', async () => {
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
