import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from '@playwright/test';
import { type SendOptions, type Sent, send } from '../../../src/alerts/send.ts';
import { Webhook } from '../../../src/config/secret-address.ts';
import { SilentListener } from '../request-context/silent-listener.ts';
import { type Answer, type Receiver, type SkippingClock, test } from './receiver.ts';

/** The pauses are exactly 0.5, 1 and 2 s. */
const random = () => 1;

const to = (origin: string, options: SendOptions) =>
  send({ webhook: new Webhook(`${origin}/hook?key=1`), body: '{"a":1}', key: 'run-1' }, options);

async function after(answers: Answer[], receiver: Receiver, clock: SkippingClock, options: SendOptions = {}) {
  receiver.answers.push(...answers);
  return to(receiver.origin, { clock, random, ...options });
}

test('posts the alert body once and unchanged', async ({ receiver, clock }) => {
  expect(await after([], receiver, clock)).toEqual({ ok: true });
  expect(receiver.received).toMatchObject([
    {
      method: 'POST',
      url: '/hook?key=1',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': 'run-1' },
    },
  ]);
  expect(clock.pausesMs).toEqual([]);
});

test('sends user and password of the webhook as an Authorization header', async ({ receiver }) => {
  const address = receiver.origin.replace('//', '//us%40er:pass%3Aword@');
  await send({ webhook: new Webhook(`${address}/hook`), body: '{}', key: 'k' });
  const credentials = Buffer.from('us@er:pass:word').toString('base64');
  expect(receiver.received).toMatchObject([
    { url: '/hook', headers: { authorization: `Basic ${credentials}` } },
  ]);
});

test.describe('retries of a webhook', () => {
  const answers: [string, Answer][] = [
    ['503', { status: 503 }],
    ['a 500 whose body never ends', 'endless'],
    ['429', { status: 429 }],
    ['408', { status: 408 }],
    ['a connection reset', 'reset'],
  ];
  for (const [name, answer] of answers) {
    test(`retries after ${name}`, async ({ receiver, clock }) => {
      const isBroken = answer === 'endless';
      expect(await after([answer], receiver, clock, isBroken ? { limits: { tryMs: 1000 } } : {})).toEqual({
        ok: true,
      });
      expect(receiver.received.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
      expect(new Set(receiver.received.map(({ headers }) => headers['idempotency-key']))).toEqual(
        new Set(['run-1']),
      );
      expect(clock.pausesMs).toEqual([500]);
    });
  }

  test('retries after a timeout', async ({ receiver, clock }) => {
    expect(await after(['silence'], receiver, clock, { limits: { tryMs: 1000 } })).toEqual({ ok: true });
    expect(receiver.received).toHaveLength(2);
  });

  test('gives up the delivery after 4 tries', async ({ receiver, clock }) => {
    const down: Answer = { status: 502 };
    expect(await after([down, down, down, down], receiver, clock)).toEqual({
      ok: false,
      why: 'HTTP 502 (4 tries)',
    });
    expect(receiver.received).toHaveLength(4);
    expect(clock.pausesMs).toEqual([500, 1000, 2000]);
  });
});

test.describe('webhook answers that end the delivery', () => {
  const answers: [Answer & object, string][] = [
    [{ status: 400, body: 'invalid_payload' }, 'HTTP 400 (invalid_payload) (1 try)'],
    [{ status: 403, body: '<h1>Forbidden</h1>' }, 'HTTP 403 (1 try)'],
    [{ status: 404, body: 'no_service' }, 'HTTP 404 (no_service) (1 try)'],
    [{ status: 410, body: `${'channel_'.repeat(100)}gone` }, 'HTTP 410 (1 try)'],
  ];
  for (const [answer, why] of answers) {
    test(`does not retry after ${answer.status}`, async ({ receiver, clock }) => {
      expect(await after([answer], receiver, clock)).toEqual({ ok: false, why });
      expect(receiver.received).toHaveLength(1);
    });
  }

  for (const status of [301, 302, 307, 308]) {
    test(`does not follow a ${status} redirect`, async ({ receiver, clock }) => {
      const location = `${receiver.origin}/elsewhere`;
      const sent = await after([{ status, headers: { location } }], receiver, clock);
      expect(sent).toEqual({
        ok: false,
        why: `HTTP ${status}: redirects are not followed. Set ALERT_WEBHOOK_URL to the final address (1 try)`,
      });
      expect(receiver.received.map(({ url }) => url)).toEqual(['/hook?key=1']);
    });
  }
});

test.describe('the Retry-After header of a webhook', () => {
  const busy = (seconds: string): Answer => ({ status: 429, headers: { 'retry-after': seconds } });

  test('waits as long as Retry-After asks before the next try', async ({ receiver, clock }) => {
    expect(await after([busy('7')], receiver, clock)).toEqual({ ok: true });
    expect(clock.pausesMs).toEqual([7000]);
  });

  test('gives up when Retry-After asks for too long a pause', async ({ receiver, clock }) => {
    expect(await after([busy('3600')], receiver, clock)).toEqual({
      ok: false,
      why: 'HTTP 429 (1 try)',
    });
    expect(clock.pausesMs).toEqual([]);
  });

  test('gives up when repeated Retry-After pauses use up the total time', async ({ receiver, clock }) => {
    const answers = Array.from({ length: 9 }, () => busy('8'));
    const sent = await after(answers, receiver, clock, { limits: { tries: 10 } });
    expect(sent).toEqual({ ok: false, why: 'HTTP 429 (3 tries)' });
    expect(clock.pausesMs).toEqual([8000, 8000]);
  });
});

test.describe('a webhook that cannot be reached', () => {
  test('reports a refused connection', async ({ clock }) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await to(`http://127.0.0.1:${port}`, { clock, random })).toEqual({
      ok: false,
      why: 'connection refused (4 tries)',
    });
  });

  test('reports a host that never answers as a timeout', async ({ clock }) => {
    await using listener = await SilentListener.start();
    const sent = await to(listener.baseURL, { clock, random, limits: { tryMs: 50, tries: 2 } });
    expect(sent).toEqual({ ok: false, why: 'no answer in time (2 tries)' });
  });

  test('reports an answer that is not HTTP', async ({ clock }) => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('220 mail ready\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sent = await to(`http://127.0.0.1:${port}`, { clock, random });
    server.close();
    expect(sent).toEqual({ ok: false, why: 'answer is not HTTP (4 tries)' });
  });
});

test.describe('the end of a delivery', () => {
  const interrupted: Sent = { ok: false, why: 'the run was interrupted' };

  test('stops the delivery when the run is interrupted during a request', async ({ receiver, clock }) => {
    const controller = new AbortController();
    const arrived = receiver.next();
    const sent = after(['silence'], receiver, clock, { signal: controller.signal });
    await arrived;
    controller.abort();
    expect(await sent).toEqual(interrupted);
    expect(receiver.received).toHaveLength(1);
  });

  test('stops the delivery when the run is interrupted during a pause', async ({ receiver }) => {
    const controller = new AbortController();
    const clock = { now: () => 0, until: (_: number, signal?: AbortSignal) => pausing(signal!) };
    const pausing = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        controller.abort();
      });
    receiver.answers.push({ status: 503 });
    expect(await to(receiver.origin, { clock, signal: controller.signal })).toEqual(interrupted);
    expect(receiver.received).toHaveLength(1);
  });

  test('sends nothing when the run was already interrupted', async ({ receiver, clock }) => {
    expect(await after([], receiver, clock, { signal: AbortSignal.abort() })).toEqual(interrupted);
    expect(receiver.received).toHaveLength(0);
  });

  test('stops the delivery when the total time is over', async ({ receiver, clock }) => {
    const sent = await after(['silence'], receiver, clock, { limits: { totalMs: 50 } });
    expect(sent).toEqual({ ok: false, why: 'no answer in time (1 try)' });
    // On a busy machine, no message has arrived by then.
    expect(receiver.received.length).toBeLessThanOrEqual(1);
  });
});
