import { once } from 'node:events';
import { Pool } from 'undici';
import type { StandardFault } from '../../../../src/network/link/faults/faults.ts';
import { preparedFault } from '../../../../src/network/link/faults/prepared-fault.ts';
import { arrivalOf, ByteService, endOf } from './byte-service.ts';
import { expect, SOON, test } from './link-fixture.ts';
import { TalkingService } from './transports.ts';

test.describe('What do the two sides of a Socket.IO connection notice of a fault?', () => {
  for (const by of ['reset', 'close'] as const) {
    test(`${by} closes the transport of both sides at once`, async ({ pathTo }) => {
      // Without quick pings, the sides can notice only the cut itself.
      await using service = await TalkingService.start();
      const path = await pathTo(service);
      const { client, service: other } = await service.join(path);
      const reasons = Promise.all([once(client as never, 'disconnect'), once(other, 'disconnect')]);
      expect(await path[by]()).toBe(1);
      const [[here], [there]] = await reasons;
      expect([here, there]).toEqual(['transport close', 'transport close']);
      await expect.poll(async () => (await path.stats()).connections, SOON).toMatchObject({ open: 0 });
      // The cut has no effect on the next connection.
      await service.join(path);
    });
  }

  const silent = [
    ['stalled both ways', 'both', ['ping timeout', 'ping timeout']],
    ['stalled on the way down', 'down', ['ping timeout', 'ping timeout']],
    ['stalled on the way up', 'up', ['ping timeout', 'ping timeout']],
  ] as const;
  for (const [name, direction, [here, there]] of silent) {
    test(`a path ${name} ends both sides with a ping timeout`, async ({ pathTo }) => {
      await using service = await TalkingService.start({ quickPings: true });
      const path = await pathTo(service);
      const { client, service: other } = await service.join(path);
      const reasons = Promise.all([once(client as never, 'disconnect'), once(other, 'disconnect')]);
      await path.inflict({ kind: 'stalled', direction });
      expect((await reasons).map(([reason]) => reason)).toEqual([here, there]);
      await path.heal();
      await expect.poll(async () => (await path.stats()).connections.open, SOON).toBe(0);
    });
  }

  test('half-open down ends the participant with a ping timeout, and still carries bytes up', async ({
    pathTo,
  }) => {
    await using service = await TalkingService.start({ quickPings: true });
    const path = await pathTo(service);
    const { client, service: other } = await service.join(path);
    const reason = once(client as never, 'disconnect');
    const heard = once(other, 'still');
    await path.inflict({ kind: 'half-open', direction: 'down' });
    client.emit('still', 'here');
    expect(await heard).toEqual(['here']);
    expect((await reason)[0]).toBe('ping timeout');
    expect((await path.stats()).down.swallowedBytes).toBeGreaterThan(0);
    await path.heal();
    await expect
      .poll(async () => (await path.stats()).connections, SOON)
      .toMatchObject({ open: 0, severed: 1 });
  });

  test('half-open up ends both sides with a ping timeout, and still carries bytes down', async ({
    pathTo,
  }) => {
    await using service = await TalkingService.start({ quickPings: true });
    const path = await pathTo(service);
    const { client, service: other } = await service.join(path);
    const reasons = Promise.all([once(client as never, 'disconnect'), once(other, 'disconnect')]);
    const heard = once(client as never, 'still');
    await path.inflict({ kind: 'half-open', direction: 'up' });
    other.emit('still', 'here');
    expect(await heard).toEqual(['here']);
    // The close frame of the service arrives, but a WebSocket is closed only after both close frames; until then the
    // participant waits for pings, which the service no longer sends.
    expect((await reasons).map(([reason]) => reason)).toEqual(['ping timeout', 'ping timeout']);
    await path.heal();
    await expect
      .poll(async () => (await path.stats()).connections, SOON)
      .toMatchObject({ open: 0, severed: 1 });
  });

  test('a short stall only delays events: each arrives once and in order', async ({ pathTo }) => {
    await using service = await TalkingService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.join(path);
    const seen: number[] = [];
    client.on('event', (number: number) => seen.push(number));
    const stall = await path.inflict({ kind: 'stalled', direction: 'both' });
    for (let number = 0; number < 100; number++) other.emit('event', number);
    await expect.poll(async () => (await path.stats()).down.heldBytes, SOON).toBeGreaterThan(1000);
    expect(seen).toEqual([]);
    await stall.heal();
    await expect.poll(() => seen.length, SOON).toBe(100);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, number) => number));
    expect(client.connected).toBe(true);
    expect((await path.stats()).connections).toMatchObject({ opened: 1, open: 1 });
  });

  test('refusing fails new connects until the heal, and keeps the open connection', async ({ pathTo }) => {
    await using service = await TalkingService.start();
    const path = await pathTo(service);
    const { client } = await service.join(path);
    await path.inflict({ kind: 'refusing' });
    const late = service.client(path, {
      reconnection: true,
      reconnectionDelay: 20,
      reconnectionDelayMax: 20,
    });
    await once(late as never, 'connect_error');
    expect(await client.emitWithAck('echo', 'still')).toBe('still');
    const connected = once(late as never, 'connect');
    await path.heal();
    await connected;
  });
});

test.describe('What does a fault do to requests?', () => {
  test('refusing fails requests with ECONNREFUSED until the heal, three times in a row', async ({
    pathTo,
  }) => {
    await using service = await TalkingService.start();
    const path = await pathTo(service);
    for (let round = 0; round < 3; round++) {
      const pool = new Pool(path.url);
      const ask = async () => {
        const { statusCode, body } = await pool.request({ path: '/', method: 'GET' });
        await body.dump();
        return statusCode;
      };
      const refusal = await path.inflict({ kind: 'refusing' });
      await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await refusal.heal();
      expect(await ask()).toBe(200);
      await pool.close();
    }
  });

  test('reset fails a waiting request with ECONNRESET', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    const ends = Promise.all([endOf(client), endOf(other)]);
    client.write('question');
    await arrivalOf('question', other);
    await path.reset();
    expect(await ends).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  test('close ends the stream of both sides', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    const ends = Promise.all([endOf(client), endOf(other)]);
    await path.close();
    expect(await ends).toEqual(['end', 'end']);
    // Both sides keep their half open until the link closes it.
    await expect.poll(async () => (await path.stats()).connections.open, SOON).toBe(0);
  });
});

test.describe('What happens to connections when a half-open path heals?', () => {
  test('resets both sides of a stream that lost bytes', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    const seen: string[] = [];
    other.on('data', (chunk: Buffer) => seen.push(String(chunk)));
    const before = arrivalOf('before', other);
    client.write('before');
    await before;
    const fault = await path.inflict({ kind: 'half-open', direction: 'up' });
    client.write('lost');
    await expect.poll(async () => (await path.stats()).up.swallowedBytes, SOON).toBe(4);
    const ends = Promise.all([endOf(client), endOf(other)]);
    await fault.heal();
    client.write('after');
    expect(await ends).toEqual(['ECONNRESET', 'ECONNRESET']);
    expect(seen).toEqual(['before']);
    expect((await path.stats()).connections).toMatchObject({ severed: 1 });
  });

  test('delivers a swallowed reset only after the heal', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    const ended = endOf(other);
    const fault = await path.inflict({ kind: 'half-open', direction: 'up' }, { ttlMs: 300 });
    const startedAt = performance.now();
    client.resetAndDestroy();
    expect(await ended).toBe('ECONNRESET');
    // The heal ended the connection. The bound is below the time to live, which began earlier.
    expect(performance.now() - startedAt).toBeGreaterThan(200);
    await fault.heal();
  });

  test('keeps a connection that lost no bytes', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    const fault = await path.inflict({ kind: 'half-open', direction: 'up' });
    other.write('down');
    await arrivalOf('down', client);
    await fault.heal();
    client.write('up');
    await arrivalOf('up', other);
  });

  test('resets a connection that was opened during the fault, unseen by the service', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const fault = await path.inflict({ kind: 'half-open', direction: 'down' });
    const client = await service.client(path);
    client.write('anybody?');
    await expect.poll(async () => (await path.stats()).connections.connecting, SOON).toBe(1);
    const ended = endOf(client);
    await fault.heal();
    expect(await ended).toBe('ECONNRESET');
    expect(service.accepted).toBe(0);
  });
});

test.describe('What happens to connections that begin during a stall?', () => {
  test('establishes waiting connections after the heal', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const fault = await path.inflict({ kind: 'stalled', direction: 'both' });
    const client = await service.client(path);
    client.write('question');
    await expect.poll(async () => (await path.stats()).up.heldBytes, SOON).toBe(8);
    expect(service.accepted).toBe(0);
    await fault.heal();
    await expect.poll(async () => (await path.stats()).connections.connecting, SOON).toBe(0);
    await expect.poll(() => service.accepted, SOON).toBe(1);
  });

  test('hides from the service a connection that closed during the stall', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const fault = await path.inflict({ kind: 'stalled', direction: 'both' });
    const client = await service.client(path);
    client.end('question');
    await expect.poll(async () => (await path.stats()).connections.abandoned, SOON).toBe(1);
    await fault.heal();
    expect((await path.stats()).connections).toMatchObject({ open: 0, connecting: 0 });
    // The service sees the later connection first.
    const { client: next, service: other } = await service.pair(path);
    next.write('first');
    await arrivalOf('first', other);
    expect(service.accepted).toBe(1);
  });
});

test.describe('Does each fault prove that it is real?', () => {
  const cases: readonly [StandardFault, string | RegExp][] = [
    [
      { kind: 'impaired', up: { latencyMs: 20 } },
      /^up: 8 bytes \d+ ms late \(median\), 0 of 0 segments lost$/,
    ],
    [
      { kind: 'impaired', up: { loss: { model: 'bernoulli', percent: 100 } } },
      /^up: no bytes passed, (\d+) of \1 segments lost$/,
    ],
    [{ kind: 'stalled', direction: 'up' }, '8 bytes were held or dropped'],
    [{ kind: 'half-open', direction: 'up' }, '8 bytes disappeared'],
    [{ kind: 'refusing' }, 'a new connection failed with ECONNREFUSED'],
  ];
  for (const [fault, message] of cases) {
    test(`proves the fault "${preparedFault(fault, 1000).onLine.description}"`, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      const { client } = await service.pair(path);
      const inflicted = await path.inflict(fault);
      client.write('question');
      await expect
        .poll(() => inflicted.prove(), SOON)
        .toEqual({
          isReal: true,
          message: typeof message === 'string' ? message : expect.stringMatching(message),
        });
    });
  }

  test('does not prove a fault that no bytes met', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const stall = await path.inflict({ kind: 'stalled', direction: 'both' });
    expect(await stall.prove()).toEqual({ isReal: false, message: '0 bytes were held or dropped' });
    const slow = await path.inflict({ kind: 'impaired', down: { latencyMs: 50 } });
    expect(await slow.prove()).toMatchObject({ isReal: false });
  });
});
