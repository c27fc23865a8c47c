import { expect, test } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import { outcomeOfError } from '../../../src/request-context/failure.ts';
import { WireContext } from '../../../src/request-context/wire.ts';
import { type EchoService, startEchoService } from './echo-service.ts';

/** Nothing else happens in this process meanwhile. @returns when that is over */
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
  test('when it is sent, where a connection waits for it that has to be looked at before', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await context.ask('GET', '/echo', undefined, undefined);
    // After a pause, the end of the connection may wait in the socket.
    block(60);
    const call = context.ask('GET', '/echo', undefined, undefined);
    const blockedUntil = block(20);
    const { startedAt, latestAt } = await call;
    expect(startedAt).toBeGreaterThanOrEqual(blockedUntil);
    expect(startedAt).toBeLessThanOrEqual(latestAt);
  });

  test('at once, where the connection was just in use', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await context.ask('GET', '/echo', undefined, undefined);
    const call = context.ask('GET', '/echo', undefined, undefined);
    const calledUntil = systemClock.now();
    block(20);
    expect((await call).startedAt).toBeLessThanOrEqual(calledUntil);
  });

  test('when it is made, where it has to open the connection, or waits for another call', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    const calls = [1, 2].map(() => context.ask('GET', '/echo', undefined, undefined));
    const madeUntil = systemClock.now();
    block(10);
    for (const { startedAt } of await Promise.all(calls)) expect(startedAt).toBeLessThanOrEqual(madeUntil);
  });

  test('when it is made, where the service has closed the connection', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await context.ask('GET', '/echo', undefined, undefined);
    for (const connection of service.connections) connection.destroy();
    // Both sides are in this process: it takes some turns of the loop until the end arrives.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    const call = context.ask('GET', '/echo', undefined, undefined);
    const madeUntil = systemClock.now();
    const { startedAt } = await call;
    expect(service.connections).toHaveLength(2);
    expect(startedAt).toBeLessThanOrEqual(madeUntil);
  });
});

test.describe('When is the time of a call up?', () => {
  test('not while its answer waits in the socket, though this process was busy for longer', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await context.get('/echo');
    const call = context.get('/later', { timeout: 40 });
    await service.arrived('/later');
    service.answerLater();
    block(80);
    expect((await call).ok()).toBe(true);
  });

  test('where there is none', async () => {
    await using context = new WireContext({ baseURL: service.baseURL, timeoutMs: 10_000 });
    await context.get('/echo');
    const call = context.get('/later', { timeout: 20 }).catch((error: unknown) => error);
    await service.arrived('/later');
    block(40);
    expect(outcomeOfError(await call)).toBe('timeout');
  });
});

test('`ask` sends what `fetch` sends', async () => {
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
  // What is not JSON is no error of the call.
  expect((await context.ask('GET', '/chunked', undefined, undefined)).parsed()).toBeUndefined();
});
