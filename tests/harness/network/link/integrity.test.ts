import { connect, type Socket } from 'node:net';
import { seeded } from '../../../../src/kernel/random.ts';
import type { PathImpairment } from '../../../../src/network/impairment.ts';
import type { Path } from '../../../../src/network/link/path.ts';
import { arrivalOf, ByteService, endOf, receiveStream, sendStream } from './byte-service.ts';
import { expect, SOON, test } from './link-fixture.ts';

const MB = 1024 * 1024;

test.describe('Does every byte arrive once, and in order?', () => {
  const impairments: readonly (readonly [string, number, PathImpairment])[] = [
    ['no impairment', 32 * MB, {}],
    ['latency and jitter', 12 * MB, bothWays({ latencyMs: 10, jitterMs: 8 })],
    ['a bandwidth limit', 12 * MB, bothWays({ bandwidthKbps: 200_000 })],
    [
      'loss of single segments',
      12 * MB,
      bothWays({ latencyMs: 1, loss: { model: 'bernoulli', percent: 1 } }),
    ],
    [
      'loss in bursts',
      10 * MB,
      bothWays({ latencyMs: 1, loss: { model: 'gilbert-elliott', lossPercent: 2, meanBurst: 2 } }),
    ],
    [
      'everything at once',
      3 * MB,
      bothWays({
        latencyMs: 5,
        jitterMs: 20,
        bandwidthKbps: 40_000,
        loss: { model: 'bernoulli', percent: 2 },
      }),
    ],
  ];
  for (const [name, bytes, impairment] of impairments) {
    test(`carries ${bytes / MB} MB both ways intact with ${name}`, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      await path.inflict({ kind: 'impaired', ...impairment });
      await expectIntact(await service.pair(path), { bytes, seed: name });
      const { up, down } = await path.stats();
      for (const direction of [up, down]) {
        expect(direction).toMatchObject({ receivedBytes: bytes, passedBytes: bytes, heldBytes: 0 });
        const { lost, retransmissions } = direction;
        expect(retransmissions.afterTimeout + retransmissions.fast).toBe(lost);
      }
    });
  }

  for (const seed of ['a', 'b', 'c', 'd']) {
    test(`carries 10 MB both ways intact while faults come and go, seed ${seed}`, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      const { client, service: other } = await service.pair(path);
      const random = seeded('faults', seed);
      const changes: Promise<unknown>[] = [
        path.inflict({ kind: 'impaired', ...bothWays({ bandwidthKbps: 100_000 }) }),
      ];
      // One change for each 300 KB that arrived, so that the test needs no clock.
      let changed = 0;
      const onBytes = (received: number) => {
        for (; changed < Math.floor(received / 300_000); changed++) changes.push(change(path, random));
      };
      await expectIntact({ client, service: other }, { bytes: 10 * MB, seed, onBytes });
      await Promise.all(changes);
      expect(changes.length).toBeGreaterThan(30);
      const { up, down } = await path.stats();
      expect(up).toMatchObject({ swallowedBytes: 0, droppedBytes: 0 });
      expect(down).toMatchObject({ swallowedBytes: 0, droppedBytes: 0 });
    });
  }
});

test.describe('Do connections end as their two sides end them?', () => {
  for (const impairment of [{}, bothWays({ latencyMs: 20 })] as const) {
    const where = 'up' in impairment ? 'with latency' : 'without latency';

    test(`delivers the answer after the participant has half-closed, ${where}`, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      await path.inflict({ kind: 'impaired', ...impairment });
      const { client, service: other } = await service.pair(path);
      client.end('question');
      await arrivalOf('question', other);
      expect(await endOf(other)).toBe('end');
      other.write('late ');
      await arrivalOf('late ', client);
      other.end('answer');
      await arrivalOf('answer', client);
      expect(await endOf(client)).toBe('end');
      await expect.poll(async () => (await path.stats()).connections.open, SOON).toBe(0);
    });

    test(`passes a reset by the participant to the service, ${where}`, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      await path.inflict({ kind: 'impaired', ...impairment });
      const { client, service: other } = await service.pair(path);
      const ended = endOf(other);
      client.resetAndDestroy();
      expect(await ended).toBe('ECONNRESET');
      await expect.poll(async () => (await path.stats()).connections.open, SOON).toBe(0);
    });

    test(`passes a reset by the service to the participant after the bytes before it, ${where}`, async ({
      pathTo,
    }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      await path.inflict({ kind: 'impaired', ...impairment });
      const { client, service: other } = await service.pair(path);
      const arrived = arrivalOf('last words', client);
      other.write('last words');
      await arrived;
      const ended = endOf(client);
      other.resetAndDestroy();
      expect(await ended).toBe('ECONNRESET');
    });
  }

  test('delivers bytes before a reset that is due at the same time', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    await path.inflict({ kind: 'stalled', direction: 'down' });
    const [arrived, ended] = [arrivalOf('last words', client), endOf(client)];
    other.write('last words');
    await expect.poll(async () => (await path.stats()).down.receivedBytes, SOON).toBe(10);
    other.resetAndDestroy();
    // These calls reach the link after the reset.
    for (let turn = 0; turn < 20; turn++) await path.stats();
    await path.heal();
    await arrived;
    // If bytes and a reset come in one read, libuv reports bytes and an end.
    expect(['ECONNRESET', 'end']).toContain(await ended);
  });

  test('resets participants when nothing listens at the upstream', async ({ pathTo }) => {
    const service = await ByteService.start();
    const path = await pathTo(service);
    await service[Symbol.asyncDispose]();
    const client = connect({ port: Number(new URL(path.url).port), host: '127.0.0.1' });
    expect(await endOf(client)).toBe('ECONNRESET');
    await expect
      .poll(async () => (await path.stats()).connections, SOON)
      .toMatchObject({ open: 0, unreachable: 1 });
  });
});

test.describe('How many bytes does a link hold when they cannot pass?', () => {
  const cases: readonly (readonly [string, (path: Path) => Promise<unknown>, number])[] = [
    ['while stalled', (path) => path.inflict({ kind: 'stalled', direction: 'down' }), 4 * MB],
    ['at 1 Mbit/s', (path) => path.inflict({ kind: 'impaired', down: { bandwidthKbps: 1000 } }), 64 * 1024],
    [
      'at 100% loss',
      (path) => path.inflict({ kind: 'impaired', down: { loss: { model: 'bernoulli', percent: 100 } } }),
      4 * MB,
    ],
  ];
  for (const [name, inflict, window] of cases) {
    test(`holds at most one window and slows the sender down ${name}`, async ({ pathTo }) => {
      await using service = await ByteService.start();
      const path = await pathTo(service);
      const { client, service: other } = await service.pair(path);
      client.resume();
      await inflict(path);
      const bytes = 64 * MB;
      other.write(Buffer.alloc(bytes));
      // The link stops reading, so the buffers of the kernel fill up, and the rest stays with the sender.
      const held = async () => (await path.stats()).down.heldBytes;
      await expect.poll(held, SOON).toBeGreaterThanOrEqual(window - 64 * 1024);
      const { receivedBytes } = (await path.stats()).down;
      expect(await held()).toBeLessThanOrEqual(window + 512 * 1024);
      expect(receivedBytes).toBeLessThan(bytes / 4);
      // After the heal, all bytes pass.
      await path.heal();
      await expect.poll(() => client.bytesRead, SOON).toBe(bytes);
      expect(await held()).toBe(0);
    });
  }

  test('slows the sender down when the participant does not read', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    client.pause();
    const bytes = 64 * MB;
    other.write(Buffer.alloc(bytes));
    await expect.poll(async () => (await path.stats()).down.receivedBytes, SOON).toBeGreaterThan(0);
    expect((await path.stats()).down.receivedBytes).toBeLessThan(bytes / 2);
    client.resume();
    await expect.poll(() => client.bytesRead, SOON).toBe(bytes);
  });
});

function bothWays(impairment: NonNullable<PathImpairment['up']>): PathImpairment {
  return { up: impairment, down: impairment };
}

async function expectIntact(
  { client, service }: { client: Socket; service: Socket },
  { bytes, seed, onBytes }: { bytes: number; seed: string; onBytes?: (received: number) => void },
): Promise<void> {
  const [sentUp, sentDown, gotUp, gotDown] = await Promise.all([
    sendStream(client, bytes, `${seed} up`),
    sendStream(service, bytes, `${seed} down`),
    receiveStream(service),
    receiveStream(client, onBytes),
  ]);
  expect({ up: gotUp, down: gotDown }).toEqual({ up: sentUp, down: sentDown });
}

/**
 * A change that leaves no gap in a stream; changes that stop the stream end by themselves. The bandwidth makes the
 * transfer last longer than the changes.
 */
async function change(path: Path, random: () => number): Promise<unknown> {
  const some = (most: number) => 1 + Math.floor(random() * most);
  const impair = (impairment: NonNullable<PathImpairment['up']>, ttlMs?: number) =>
    path.inflict(
      { kind: 'impaired', ...bothWays({ bandwidthKbps: 100_000, ...impairment }) },
      ttlMs === undefined ? {} : { ttlMs },
    );
  switch (Math.floor(random() * 8)) {
    case 0:
      return path.heal().then(() => impair({}));
    case 1:
      return path.inflict(
        { kind: 'stalled', direction: random() < 0.5 ? 'both' : 'up' },
        { ttlMs: some(60) },
      );
    case 2:
      return path.inflict({ kind: 'stalled', direction: 'down' }, { ttlMs: some(60) });
    case 3:
      return impair({ latencyMs: some(20), jitterMs: some(20) });
    case 4:
      return impair({ bandwidthKbps: 50_000 + some(100_000) });
    case 5:
      return impair({ loss: { model: 'bernoulli', percent: some(30) } });
    case 6:
      return impair({ loss: { model: 'bernoulli', percent: 100 } }, some(60)).then(() => impair({}));
    default:
      return path.inflict({ kind: 'refusing' }, { ttlMs: some(60) });
  }
}
