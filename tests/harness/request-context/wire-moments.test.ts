import { expect, test } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import { outcomeOfError } from '../../../src/request-context/failure.ts';
import { WireContext } from '../../../src/request-context/wire.ts';
import { type EchoService, startEchoService } from './echo-service.ts';

/** Blocks the event loop of this process. @returns the end of the block */
function block(ms: number): number {
  const until = systemClock.now() + ms;
  while (systemClock.now() < until);
  return systemClock.now();
}

let service: EchoService;
test.beforeEach(async () => {
  service = await startEchoService();
});
test.afterEach(() => service.close());

test.describe('When does a call start?', () => {
  test('a call starts when it is sent, on a connection that must be checked after a pause', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await context.ask('GET', '/echo', undefined, undefined);
    // After a pause, the socket may hold the end of the connection.
    block(60);
    const call = context.ask('GET', '/echo', undefined, undefined);
    const blockedUntil = block(20);
    const { startedAt, latestAt } = await call;
    expect(startedAt).toBeGreaterThanOrEqual(blockedUntil);
    expect(startedAt).toBeLessThanOrEqual(latestAt);
  });

  test('a call starts when it is made, on a connection that was just in use', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await context.ask('GET', '/echo', undefined, undefined);
    const call = context.ask('GET', '/echo', undefined, undefined);
    const calledUntil = systemClock.now();
    block(20);
    expect((await call).startedAt).toBeLessThanOrEqual(calledUntil);
  });

  test('a call starts when it is made, if it opens the connection or waits for another call', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    const calls = [1, 2].map(() => context.ask('GET', '/echo', undefined, undefined));
    const madeUntil = systemClock.now();
    block(10);
    for (const { startedAt } of await Promise.all(calls)) expect(startedAt).toBeLessThanOrEqual(madeUntil);
  });

  test('a call starts when it is made, if the service has closed the connection', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await context.ask('GET', '/echo', undefined, undefined);
    for (const connection of service.connections) connection.destroy();
    // Both sides are in this process, so the end arrives after some turns of the loop.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    const call = context.ask('GET', '/echo', undefined, undefined);
    const madeUntil = systemClock.now();
    const { startedAt } = await call;
    expect(service.connections).toHaveLength(2);
    expect(startedAt).toBeLessThanOrEqual(madeUntil);
  });
});

test.describe('When does a call time out?', () => {
  test('a call does not time out while its answer waits in the socket of a busy process', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await context.get('/echo');
    const call = context.get('/later', { timeout: 40 });
    await service.arrived('/later');
    service.answerLater();
    block(80);
    expect((await call).ok()).toBe(true);
  });

  test('a call times out in a busy process without an answer', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await context.get('/echo');
    const call = context.get('/later', { timeout: 20 }).catch((error: unknown) => error);
    await service.arrived('/later');
    block(40);
    expect(outcomeOfError(await call)).toBe('timeout');
  });
});

test('`ask` sends the same request as `fetch`', async () => {
  const options = { baseURL: service.baseURL, timeoutMs: 10_000, extraHTTPHeaders: { 'x-one': 'context' } };
  await using context = new WireContext(options);
  const data = { text: 'ü', n: [1, null] };
  for (const [headers, body] of [
    [undefined, undefined],
    [undefined, data],
    [{ 'X-One': 'call', 'x-two': '2' }, data],
    [{ 'content-type': 'application/merge+json' }, data],
    [{ 'x-two': '2' }, undefined],
  ] as const) {
    const asked = await context.ask('POST', '/echo?a=1', headers, body);
    const fetched = await context.fetch('/echo?a=1', {
      method: 'POST',
      ...(headers ? { headers: { ...headers } } : {}),
      ...(body ? { data: body } : {}),
    });
    expect(asked.parsed()).toEqual(await fetched.json());
  }
  // A body that is not JSON is not an error of the call.
  expect((await context.ask('GET', '/chunked', undefined, undefined)).parsed()).toBeUndefined();
});
