import { Agent } from 'node:http';
import { Link } from '../../../../src/network/link/link.ts';
import type { Path } from '../../../../src/network/link/path.ts';
import type { DirectionStats, PathStats } from '../../../../src/network/link/path-stats.ts';
import { LatencyHistogram } from '../../../../src/timings/latency-histogram.ts';
import { arrivalOf, ByteService } from './byte-service.ts';
import { expect, SOON, test } from './link-fixture.ts';
import { TalkingService, TRANSPORTS, type Transport } from './transports.ts';

// A busy machine makes times longer and never shorter, so upper bounds apply to the minimum of any number of
// measurements. timing.test.ts has the exact instants, in virtual time.
test.describe('Does the measured latency equal the set latency?', () => {
  // In Node, polling of Socket.IO opens a connection for each request, which takes another round trip.
  const roundTrips = { HTTP: 1, polling: 2, WebSocket: 1 } as const;
  for (const transport of TRANSPORTS) {
    const expectedMs = 200 * roundTrips[transport];
    test(`${transport} gets an answer after ${expectedMs} ms with 120 ms up and 80 ms down`, async ({
      pathTo,
    }) => {
      await using service = await TalkingService.start();
      const path = await pathTo(service);
      const talk = await service.talk(transport, path);
      await expectSometime(talk.echo, expectedMs);
      await path.inflict({ kind: 'impaired', up: { latencyMs: 120 }, down: { latencyMs: 80 } });
      for (let count = 0; count < 3; count++) expect(await talk.echo()).toBeGreaterThanOrEqual(expectedMs);
      // The latency is not added twice.
      await expectSometime(talk.echo, expectedMs + 80);
      await path.heal();
      await expectSometime(talk.echo, expectedMs);
    });
  }

  test('delays only the direction that has a latency', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    await path.inflict({ kind: 'impaired', up: { latencyMs: 300 } });
    const sentAt = performance.now();
    const [up, down] = [arrivalOf('up', other), arrivalOf('down', client)];
    client.write('up');
    other.write('down');
    expect((await up) - sentAt).toBeGreaterThanOrEqual(300);
    expect(await down).toBeLessThan(await up);
    const { up: upwards, down: downwards } = await path.stats();
    expect([upwards.addedDelay, downwards.addedDelay]).toEqual([expect.anything(), undefined]);
  });

  test('delays a new connection by a round trip', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    await path.inflict({ kind: 'impaired', up: { latencyMs: 60 }, down: { latencyMs: 40 } });
    const connectedAt = performance.now();
    const client = await service.client(path);
    client.write('first');
    await expect.poll(() => service.accepted, SOON).toBe(1);
    const elapsed = performance.now() - connectedAt;
    expect(elapsed).toBeGreaterThanOrEqual(100);
  });

  test('varies delays by the jitter, with none below 100 − 40 ms', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const pairs = await Promise.all(Array.from({ length: 100 }, () => service.client(path)));
    await expect.poll(() => service.accepted, SOON).toBe(100);
    await path.inflict({ kind: 'impaired', up: { latencyMs: 100, jitterMs: 40 } });
    await path.stats({ startOver: true });
    for (const client of pairs) client.write('x');
    await expect.poll(async () => (await path.stats()).up.passedBytes, SOON).toBe(100);
    const delays = LatencyHistogram.decode((await path.stats()).up.addedDelay!);
    expect(delays.count).toBe(100);
    expect(delays.minMs).toBeGreaterThanOrEqual(60);
    // Uniform: some of 100 delays lie in the last quarter (with a probability of 1 − 3e-13), and not all of them.
    expect(delays.maxMs).toBeGreaterThan(120);
    expect(delays.minMs).toBeLessThan(delays.maxMs);
  });
});

test.describe('Does the measured bandwidth equal the set bandwidth?', () => {
  const bytes = 100_000;
  const kbps = 1000;
  const leastMs = (bytes * 8) / kbps;
  test('HTTP, polling and WebSocket transfers do not exceed 1 Mbit/s up or down', async ({ pathTo }) => {
    await using service = await TalkingService.start();
    const measured = TRANSPORTS.map(async (transport) => {
      const path = await pathTo(service);
      // Two connections, each of which uses one direction: both have the whole line.
      const [one, other] = [await service.talk(transport, path), await service.talk(transport, path)];
      await path.inflict({ kind: 'impaired', up: { bandwidthKbps: kbps }, down: { bandwidthKbps: kbps } });
      const times = await Promise.all([one.upload(bytes), other.download(bytes)]);
      return { times, stats: await path.stats() };
    });
    for (const { times, stats } of await Promise.all(measured)) {
      expect(Math.min(...times)).toBeGreaterThanOrEqual(leastMs);
      // Frames and headers also pass, and nothing is sent twice, so the line carried only a little more than was sent.
      for (const { passedBytes } of [stats.up, stats.down]) {
        expect(passedBytes).toBeGreaterThan(bytes);
        expect(passedBytes).toBeLessThan(bytes * 1.05);
      }
    }
  });

  test('connections of a path share its bandwidth, and a short message overtakes a long one', async ({
    pathTo,
  }) => {
    await using service = await TalkingService.start();
    const path = await pathTo(service);
    const [one, other, short] = [
      await service.talk('HTTP', path),
      await service.talk('HTTP', path),
      await service.talk('WebSocket', path),
    ];
    await path.inflict({ kind: 'impaired', down: { bandwidthKbps: 2000 } });
    const ended: string[] = [];
    const end = async (what: string, time: Promise<number>) => {
      const ms = await time;
      ended.push(what);
      return ms;
    };
    const [first, second] = await Promise.all([
      end('long', one.download(125_000)),
      end('long', other.download(125_000)),
      end('short', short.echo()),
    ]);
    expect(Math.max(first, second)).toBeGreaterThanOrEqual(1000);
    expect(ended).toEqual(['short', 'long', 'long']);
  });

  test('each path has its own bandwidth', async ({ pathTo }) => {
    await using service = await TalkingService.start();
    const [slow, free] = [await pathTo(service), await pathTo(service)];
    const [slowTalk, freeTalk] = [await service.talk('HTTP', slow), await service.talk('HTTP', free)];
    await slow.inflict({ kind: 'impaired', down: { bandwidthKbps: 1000 } });
    const slowMs = slowTalk.download(62_500);
    expect(
      await Promise.race([slowMs.then(() => 'slow'), freeTalk.download(62_500).then(() => 'free')]),
    ).toBe('free');
    expect(await slowMs).toBeGreaterThanOrEqual(500);
  });
});

test.describe('Does the measured loss equal the set loss?', () => {
  test('HTTP, polling and WebSocket lose 20% of transmissions within the binomial interval', async ({
    pathTo,
  }) => {
    await using service = await TalkingService.start();
    const keepAlive = new Agent({ keepAlive: true });
    const lossOver = async (transport: Transport) => {
      const path = await pathTo(service);
      const talks = await Promise.all(
        Array.from({ length: 100 }, () => service.talk(transport, path, keepAlive)),
      );
      await path.inflict({ kind: 'impaired', up: { loss: { model: 'bernoulli', percent: 20 } } });
      const echoes = Promise.all(
        talks.map(async ({ echo }) => [await echo(), await echo(), await echo(), await echo()]),
      );
      // There are about 500 transmissions, and twice as many over polling. The last ones take seconds, because they were lost
      // repeatedly; without them, the number of draws is still fixed.
      await reached(path, ({ transmissions }) => transmissions >= (transport === 'polling' ? 880 : 440));
      const stats = await path.stats();
      await path.heal();
      const times = await echoes;
      // For the participant, a lost segment costs at least the first timeout of 200 ms.
      return { ...stats, late: times.flat().filter((ms) => ms >= 200).length };
    };
    const [http, polling, webSocket] = await Promise.all(TRANSPORTS.map(lossOver));
    for (const { up, down } of [http!, polling!, webSocket!]) {
      expectBinomial(up.lost, up.transmissions, 0.2);
      expect(down).toMatchObject({ transmissions: 0, lost: 0 });
    }
    // At least the lost messages are late; a busy machine makes more of them late. Over polling, the message may be
    // lost, or the request for its answer.
    for (const { late } of [http!, polling!, webSocket!]) expect(late).toBeGreaterThanOrEqual(80 - 4 * 8);
    keepAlive.destroy();
  });

  test('0% loss loses nothing, and 100% loss passes nothing until the heal', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    await path.inflict({ kind: 'impaired', up: { loss: { model: 'bernoulli', percent: 0 } } });
    for (let count = 0; count < 100; count++) {
      const arrived = arrivalOf('x', other);
      client.write('x');
      await arrived;
    }
    expect((await path.stats({ startOver: true })).up).toMatchObject({ transmissions: 100, lost: 0 });
    await path.inflict({ kind: 'impaired', up: { loss: { model: 'bernoulli', percent: 100 } } });
    const startedAt = performance.now();
    const arrived = arrivalOf('y', other);
    client.write('y');
    // Transmissions at once, after 200 ms and after 600 ms; then the heal.
    const { up } = await reached(path, ({ lost }) => lost >= 3);
    expect(up).toMatchObject({ segments: 1, passedBytes: 0 });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(600);
    await path.heal();
    await arrived;
    expect((await path.stats()).up).toMatchObject({ segments: 1, passedBytes: 1 });
  });

  test('retransmits 200 ms after the round trip', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    await path.inflict({
      kind: 'impaired',
      up: { latencyMs: 25, loss: { model: 'bernoulli', percent: 100 } },
      down: { latencyMs: 25 },
    });
    const startedAt = performance.now();
    client.write('x');
    await reached(path, ({ lost }) => lost >= 2);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(250);
    const arrived = arrivalOf('x', other);
    await path.heal();
    await arrived;
  });

  test('retransmits most losses of a long transfer before the timeout', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    await path.inflict({
      kind: 'impaired',
      up: { latencyMs: 5, loss: { model: 'bernoulli', percent: 3 } },
      down: { latencyMs: 5 },
    });
    const bytes = 2 * 1024 * 1024;
    client.write(Buffer.alloc(bytes));
    other.resume();
    await expect.poll(() => other.bytesRead, SOON).toBe(bytes);
    const { lost, retransmissions } = (await path.stats()).up;
    expect(retransmissions.fast + retransmissions.afterTimeout).toBe(lost);
    expect(retransmissions.fast).toBeGreaterThan(lost / 2);
  });

  test('loses bursts of the set mean length', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    const loss = { model: 'gilbert-elliott', lossPercent: 10, meanBurst: 4 } as const;
    await path.inflict({ kind: 'impaired', up: { loss } });
    const bytes = 4 * 1024 * 1024;
    client.write(Buffer.alloc(bytes));
    other.resume();
    await expect.poll(() => other.bytesRead, SOON).toBe(bytes);
    const { lost, bursts, transmissions } = (await path.stats()).up;
    // Geometric: mean 4, standard deviation sqrt(12)
    expect(Math.abs(lost / bursts - 4)).toBeLessThanOrEqual(4 * Math.sqrt(12 / bursts));
    // Correlated transmissions widen the binomial interval, by sqrt((1 + c) / (1 − c)) for c = 1 − 1/4 − 1/36.
    expect(Math.abs(lost / transmissions - 0.1)).toBeLessThanOrEqual(
      4 * Math.sqrt((0.09 / transmissions) * (1.722 / 0.278)),
    );
  });

  test('a lost SYN delays the first bytes of a connection by at least 1 s', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    await path.inflict({ kind: 'impaired', up: { loss: { model: 'bernoulli', percent: 50 } } });
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 50 }, () => service.client(path)));
    // About half of the SYNs arrive at once (40 of 50 with a probability of 1e-5), so some of these were lost first.
    await expect.poll(() => service.accepted, SOON).toBeGreaterThanOrEqual(40);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000);
    await path.heal();
    await expect.poll(() => service.accepted, SOON).toBe(50);
  });
});

test.describe('Does the same seed make the same decisions?', () => {
  const messages = 6;

  /** The number of losses of each message on ten paths, as the link counts them. */
  async function lossesOver(link: Link, service: ByteService): Promise<number[][]> {
    return await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        await using path = await link.open(`same ${index}`, { upstream: service.url });
        const { client, service: other } = await pairOver(path, service);
        await path.inflict({ kind: 'impaired', up: { loss: { model: 'bernoulli', percent: 20 } } });
        const losses: number[] = [];
        for (let count = 0; count < messages; count++) {
          const arrived = arrivalOf('x', other);
          client.write('x');
          await arrived;
          losses.push((await path.stats({ startOver: true })).up.lost);
        }
        return losses;
      }),
    );
  }

  /** Opens one pair after the other, because only their order shows which ends belong together. */
  let turn: Promise<unknown> = Promise.resolve();
  function pairOver(path: { url: string }, service: ByteService) {
    const pair = turn.then(() => service.pair(path));
    turn = pair;
    return pair;
  }

  test('loses the same messages of a path for the same seed, and others for another seed', async () => {
    await using service = await ByteService.start();
    await using link = await Link.start({ seed: 'a' });
    await using otherLink = await Link.start({ seed: 'b' });
    await using otherService = await ByteService.start();
    const [first, others] = await Promise.all([
      lossesOver(link, service),
      lossesOver(otherLink, otherService),
    ]);
    expect(await lossesOver(link, service)).toEqual(first);
    expect(others).not.toEqual(first);
    expect(new Set(first.map(String)).size).toBeGreaterThan(1);
  });
});

/** Waits for a time below the bound: the impairment alone would take longer each time. */
async function expectSometime(time: () => Promise<number>, ms: number): Promise<void> {
  await expect.poll(time, SOON).toBeLessThan(ms);
}

/** Waits for the first statistics that meet the condition. */
async function reached(path: Path, isWanted: (up: DirectionStats) => boolean): Promise<PathStats> {
  let stats = await path.stats();
  while (!isWanted(stats.up)) stats = await path.stats();
  return stats;
}

/** Within four standard deviations: false once in 16 000, and the seed is always the same. */
function expectBinomial(hits: number, of: number, probability: number): void {
  const deviation = Math.sqrt(of * probability * (1 - probability));
  expect(of).toBeGreaterThanOrEqual(400);
  expect(Math.abs(hits - of * probability)).toBeLessThanOrEqual(4 * deviation);
}
