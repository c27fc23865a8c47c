import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from '@playwright/test';
import { type SendOptions, type Sent, send } from '../../../src/alerts/send.ts';
import { Webhook } from '../../../src/config/secret-address.ts';
import { SilentListener } from '../request-context/silent-listener.ts';
import { type Answer, type Receiver, type SkippingClock, test } from './receiver.ts';

/** Half a second of backoff, then one, then two, without what is random. */
const random = () => 1;

const to = (origin: string, options: SendOptions) =>
  send({ webhook: new Webhook(`${origin}/hook?key=1`), body: '{"a":1}', key: 'run-1' }, options);

async function after(answers: Answer[], receiver: Receiver, clock: SkippingClock, options: SendOptions = {}) {
  receiver.answers.push(...answers);
  return to(receiver.origin, { clock, random, ...options });
}

test('the body arrives once, as it is', async ({ receiver, clock }) => {
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

test('user and password of the address become a header', async ({ receiver }) => {
  const address = receiver.origin.replace('//', '//us%40er:pass%3Aword@');
  await send({ webhook: new Webhook(`${address}/hook`), body: '{}', key: 'k' });
  const credentials = Buffer.from('us@er:pass:word').toString('base64');
  expect(receiver.received).toMatchObject([
    { url: '/hook', headers: { authorization: `Basic ${credentials}` } },
  ]);
});

test.describe('what is tried again', () => {
  const answers: [string, Answer][] = [
    ['503', { status: 503 }],
    ['500 without an end', 'endless'],
    ['429', { status: 429 }],
    ['408', { status: 408 }],
    ['a connection that breaks', 'reset'],
  ];
  for (const [name, answer] of answers) {
    test(name, async ({ receiver, clock }) => {
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

  test('no answer in time', async ({ receiver, clock }) => {
    expect(await after(['silence'], receiver, clock, { limits: { tryMs: 1000 } })).toEqual({ ok: true });
    expect(receiver.received).toHaveLength(2);
  });

  test('four times and no more', async ({ receiver, clock }) => {
    const down: Answer = { status: 502 };
    expect(await after([down, down, down, down], receiver, clock)).toEqual({
      ok: false,
      why: 'it answers 502 (4 tries)',
    });
    expect(receiver.received).toHaveLength(4);
    expect(clock.pausesMs).toEqual([500, 1000, 2000]);
  });
});

test.describe('what is not tried again', () => {
  const answers: [Answer & object, string][] = [
    [{ status: 400, body: 'invalid_payload' }, 'it answers 400 (invalid_payload) (1 try)'],
    [{ status: 403, body: '<h1>Forbidden</h1>' }, 'it answers 403 (1 try)'],
    [{ status: 404, body: 'no_service' }, 'it answers 404 (no_service) (1 try)'],
    [{ status: 410, body: `${'channel_'.repeat(100)}gone` }, 'it answers 410 (1 try)'],
  ];
  for (const [answer, why] of answers) {
    test(why, async ({ receiver, clock }) => {
      expect(await after([answer], receiver, clock)).toEqual({ ok: false, why });
      expect(receiver.received).toHaveLength(1);
    });
  }

  for (const status of [301, 302, 307, 308]) {
    test(`${status}: no redirect is followed, to this host or another`, async ({ receiver, clock }) => {
      const location = `${receiver.origin}/elsewhere`;
      const sent = await after([{ status, headers: { location } }], receiver, clock);
      expect(sent).toEqual({
        ok: false,
        why: `it answers ${status}, a redirect, and none is followed. Set ALERT_WEBHOOK_URL to the final address (1 try)`,
      });
      expect(receiver.received.map(({ url }) => url)).toEqual(['/hook?key=1']);
    });
  }
});

test.describe('Retry-After', () => {
  const busy = (seconds: string): Answer => ({ status: 429, headers: { 'retry-after': seconds } });

  test('is waited for', async ({ receiver, clock }) => {
    expect(await after([busy('7')], receiver, clock)).toEqual({ ok: true });
    expect(clock.pausesMs).toEqual([7000]);
  });

  test('that is too long is not', async ({ receiver, clock }) => {
    expect(await after([busy('3600')], receiver, clock)).toEqual({
      ok: false,
      why: 'it answers 429 (1 try)',
    });
    expect(clock.pausesMs).toEqual([]);
  });

  test('again and again ends with the time for all of it', async ({ receiver, clock }) => {
    const answers = Array.from({ length: 9 }, () => busy('8'));
    const sent = await after(answers, receiver, clock, { limits: { tries: 10 } });
    expect(sent).toEqual({ ok: false, why: 'it answers 429 (3 tries)' });
    expect(clock.pausesMs).toEqual([8000, 8000]);
  });
});

test.describe('nobody there', () => {
  test('a port that is closed', async ({ clock }) => {
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

  test('a host that swallows everything', async ({ clock }) => {
    await using listener = await SilentListener.start();
    const sent = await to(listener.baseURL, { clock, random, limits: { tryMs: 50, tries: 2 } });
    expect(sent).toEqual({ ok: false, why: 'no answer in time (2 tries)' });
  });

  test('what does not speak HTTP', async ({ clock }) => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('220 mail ready\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sent = await to(`http://127.0.0.1:${port}`, { clock, random });
    server.close();
    expect(sent).toEqual({ ok: false, why: 'answer is not HTTP (4 tries)' });
  });
});

test.describe('it ends at once', () => {
  const interrupted: Sent = { ok: false, why: 'the run was interrupted' };

  test('when it is interrupted while it waits for an answer', async ({ receiver, clock }) => {
    const controller = new AbortController();
    const arrived = receiver.next();
    const sent = after(['silence'], receiver, clock, { signal: controller.signal });
    await arrived;
    controller.abort();
    expect(await sent).toEqual(interrupted);
    expect(receiver.received).toHaveLength(1);
  });

  test('when it is interrupted in a pause', async ({ receiver }) => {
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

  test('when it was interrupted before', async ({ receiver, clock }) => {
    expect(await after([], receiver, clock, { signal: AbortSignal.abort() })).toEqual(interrupted);
    expect(receiver.received).toHaveLength(0);
  });

  test('when its time is over', async ({ receiver, clock }) => {
    const sent = await after(['silence'], receiver, clock, { limits: { totalMs: 50 } });
    expect(sent).toEqual({ ok: false, why: 'no answer in time (1 try)' });
    // On a busy machine, none has arrived by then.
    expect(receiver.received.length).toBeLessThanOrEqual(1);
  });
});
