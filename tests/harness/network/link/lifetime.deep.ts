import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../../../src/kernel/errors.ts';
import { Link } from '../../../../src/network/link/link.ts';
import type { Path } from '../../../../src/network/link/path.ts';
import { arrivalOf, ByteService, endOf } from './byte-service.ts';
import { expect, SOON, test } from './link-fixture.ts';
import { TalkingService } from './transports.ts';

test.describe('Does every fault end?', () => {
  const faults: readonly (readonly [string, (path: Path, ttlMs: number) => Promise<unknown>])[] = [
    [
      'a latency of 60 s',
      (path, ttlMs) => path.inflict({ kind: 'impaired', up: { latencyMs: 60_000 } }, { ttlMs }),
    ],
    [
      'a loss of 100%',
      (path, ttlMs) =>
        path.inflict({ kind: 'impaired', up: { loss: { model: 'bernoulli', percent: 100 } } }, { ttlMs }),
    ],
    [
      'a rate of 1 kbit/s',
      (path, ttlMs) => path.inflict({ kind: 'impaired', up: { bandwidthKbps: 1 } }, { ttlMs }),
    ],
    ['a stall', (path, ttlMs) => path.inflict({ kind: 'stalled', direction: 'up' }, { ttlMs })],
  ];
  const text = 'x'.repeat(2000);
  for (const [name, inflict] of faults) {
    test(`${name} ends after its time to live, and the waiting bytes pass`, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      const { client, service: other } = await service.pair(path);
      const startedAt = performance.now();
      await inflict(path, 400);
      const arrived = arrivalOf(text, other);
      client.write(text);
      expect((await arrived) - startedAt).toBeGreaterThanOrEqual(400);
      expect((await path.stats()).faults).toEqual([]);
    });

    test(`${name} ends when it is healed, and the waiting bytes pass`, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      const { client, service: other } = await service.pair(path);
      await inflict(path, 3_600_000);
      const arrived = arrivalOf(text, other);
      client.write(text);
      await expect.poll(async () => (await path.stats()).up.receivedBytes, SOON).toBe(text.length);
      expect((await path.stats()).faults).toHaveLength(1);
      await path.heal();
      await arrived;
      await path.stats({ startOver: true });
      const again = arrivalOf('again', other);
      client.write('again');
      await again;
      // The link has held back nothing since the heal.
      const { faults: left, up } = await path.stats();
      expect(left).toEqual([]);
      expect(up).toMatchObject({ passedBytes: 5, heldBytes: 0, droppedBytes: 0 });
      expect(up.addedDelay).toBeUndefined();
    });
  }

  test('refusing and half-open end after their time to live', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    await path.inflict({ kind: 'half-open', direction: 'up' }, { ttlMs: 900 });
    await path.inflict({ kind: 'refusing' }, { ttlMs: 1000 });
    await expect(service.client(path)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect.poll(async () => (await path.stats()).faults, SOON).toEqual([]);
    await service.pair(path);
  });

  test('each fault ends by its own heal, and a second heal has no effect', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    const [one, two] = [
      await path.inflict({ kind: 'stalled', direction: 'up' }),
      await path.inflict({ kind: 'stalled', direction: 'both' }),
    ];
    await path.inflict({ kind: 'stalled', direction: 'up' }, { ttlMs: 60_000 });
    const arrived = arrivalOf('x', other);
    client.write('x');
    await one.heal();
    await one.heal();
    await two.heal();
    expect((await path.stats()).up.heldBytes).toBe(1);
    expect((await path.stats()).faults).toEqual(['stalled up']);
    await path.heal();
    await path.heal();
    await arrived;
  });

  test('an impairment replaces an earlier impairment, whose heal then has no effect', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    const first = await path.inflict({ kind: 'impaired', up: { latencyMs: 60_000 } });
    client.write('x');
    await expect.poll(async () => (await path.stats()).up.heldBytes, SOON).toBe(1);
    const arrived = arrivalOf('x', other);
    await path.inflict({ kind: 'impaired', up: { latencyMs: 100 } });
    await first.heal();
    // The byte in flight arrives by the new latency.
    await arrived;
    expect((await path.stats()).faults).toEqual(['impaired: up 100 ms; down unimpaired']);
  });
});

test.describe('What is left of a link when it ends?', () => {
  test('close() leaves no process, listener or connection', async () => {
    await using service = await ByteService.start();
    const link = await Link.start({ upstream: service.url, seed: 1 });
    const path = await link.open('one');
    const refused = await link.open('two');
    await refused.inflict({ kind: 'refusing' });
    const { client, service: other } = await service.pair(path);
    const ends = Promise.all([endOf(client), endOf(other)]);
    await link.close();
    await ends;
    expect(isAlive(link.pid)).toBe(false);
    for (const { url } of [path, refused]) expect(await knock(url)).toBe('ECONNREFUSED');
  });

  test('SIGKILL of its owner leaves no process, listener or connection', async () => {
    await using service = await ByteService.start();
    const owner = startOwner(service.url);
    const { pid } = await owner.says<{ pid: number }>();
    const { url } = await owner.says<{ url: string }>();
    const client = await service.client({ url });
    const ended = endOf(client);
    expect(isAlive(pid)).toBe(true);
    owner.kill();
    await ended;
    await expect.poll(() => isAlive(pid), SOON).toBe(false);
    expect(await knock(url)).toBe('ECONNREFUSED');
  });

  test('SIGKILL of its owner during the start leaves no process', async () => {
    const owner = startOwner('http://127.0.0.1:1');
    const { pid } = await owner.says<{ pid: number }>();
    owner.kill();
    await expect.poll(() => isAlive(pid), SOON).toBe(false);
  });

  test('Ctrl-C does not end the link', async () => {
    await using link = await Link.start({ upstream: 'http://127.0.0.1:1', seed: 1 });
    const path = await link.open('one');
    process.kill(link.pid, 'SIGINT');
    expect((await path.stats()).faults).toEqual([]);
  });

  test('calls to a closed link fail with a clear error', async () => {
    await using service = await ByteService.start();
    const link = await Link.start({ upstream: service.url, seed: 1 });
    const path = await link.open('one');
    const asked = path.stats();
    const closed = link.close();
    // The call is settled, with an answer or with an error.
    await asked.catch(() => undefined);
    await closed;
    await link.close();
    const calls = [
      () => path.heal(),
      () => path.inflict({ kind: 'stalled', direction: 'up' }),
      () => path.stats(),
      () => path.reset(),
      () => path.dispose(),
      () => link.open('two'),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toThrow(new UserError('The link is closed. Start another one.'));
    }
  });

  test('calls report the signal that killed the link', async () => {
    const link = await Link.start({ upstream: 'http://127.0.0.1:1', seed: 1 });
    const path = await link.open('one');
    process.kill(link.pid, 'SIGKILL');
    await expect.poll(() => path.stats().then(() => '', String), SOON).toContain('The link ended (SIGKILL)');
    await link.close();
  });
});

test.describe('Which calls does a link refuse?', () => {
  test('refuses a second path of the same name, and calls to a closed path', async ({ link }) => {
    const path = await link.open('twice', { upstream: 'http://127.0.0.1:1' });
    await expect(link.open('twice', { upstream: 'http://127.0.0.1:1' })).rejects.toThrow(
      'The link already has a path "twice". Give each path its own name.',
    );
    await path.dispose();
    await expect(path.stats()).rejects.toThrow('The path "twice" is closed.');
    expect(await knock(path.url)).toBe('ECONNREFUSED');
  });

  test('names all invalid settings in one error, and changes nothing', async ({ pathTo }) => {
    const path = await pathTo({ url: 'http://127.0.0.1:1' });
    const error = await path
      .inflict(
        {
          kind: 'impaired',
          up: { latencyMs: -1, loss: { model: 'bernoulli', percent: 120 } },
          down: { bandwidthKbps: 0, loss: { model: 'gilbert-elliott', lossPercent: 80, meanBurst: 2 } },
        },
        { ttlMs: 0 },
      )
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message.split('; ')).toEqual([
      'Fault "impaired": up.latencyMs is -1, but must be a number from 0 to 60000',
      'up.loss.percent is 120, but must be a number from 0 to 100',
      'down.bandwidthKbps is 0, but must be a number above 0',
      'down.loss.meanBurst is 2, but must be at least L / (1 - L), where L is the share that is lost',
      'ttlMs is 0, but must be a number from 1 to 86400000.',
    ]);
    expect((await path.stats()).faults).toEqual([]);
  });

  test('refuses a missing or invalid upstream', async ({ link }) => {
    await expect(link.open('none')).rejects.toThrow('Path "none" has no upstream.');
    await expect(link.open('none', { upstream: 'localhost:3002' })).rejects.toThrow(
      'upstream is "localhost:3002", but must be an http or https address, like http://127.0.0.1:3002.',
    );
    await expect(Link.start({ upstream: '', seed: 1 })).rejects.toThrow('upstream is ""');
  });
});

test('200 paths of a link have their own latency, and are reset and healed at the same time', async ({
  pathTo,
}) => {
  await using service = await TalkingService.start();
  const paths = await Promise.all(Array.from({ length: 200 }, () => pathTo(service)));
  const talks = await Promise.all(paths.map((path) => service.talk('HTTP', path)));
  await Promise.all(paths.map((path, index) => path.inflict({ kind: 'impaired', up: { latencyMs: index } })));
  const times = await Promise.all(talks.map((talk) => talk.echo()));
  for (const [index, ms] of times.entries()) expect(ms).toBeGreaterThanOrEqual(index);
  const counts = await Promise.all(paths.map((path) => path.reset()));
  expect(counts).toEqual(paths.map(() => 1));
  await Promise.all(paths.map((path) => path.heal()));
  const stats = await Promise.all(paths.map((path) => path.stats()));
  for (const { faults, up, down } of stats) {
    expect(faults).toEqual([]);
    expect([up.heldBytes, down.heldBytes]).toEqual([0, 0]);
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** 'connected', or the code of the error. */
function knock(url: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
    socket.on('connect', () => {
      socket.destroy();
      resolve('connected');
    });
  });
}

/** Starts owner.ts as a separate process, without the loader of a Playwright worker. */
function startOwner(upstream: string) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const script = fileURLToPath(new URL('owner.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), script, upstream];
  const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const lines = createInterface(owner.stdout)[Symbol.asyncIterator]();
  return {
    /** The next line that it prints, as JSON. */
    says: async <Said>() => JSON.parse((await lines.next()).value ?? 'null') as Said,
    kill: () => owner.kill('SIGKILL'),
  };
}
