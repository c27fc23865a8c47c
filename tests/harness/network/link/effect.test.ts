import { Agent } from 'node:http';
import { Link } from '../../../../src/network/link/link.ts';
import { LatencyHistogram } from '../../../../src/timings/latency-histogram.ts';
import { arrivalOf, ByteService } from './byte-service.ts';
import { expect, SOON, test } from './link-fixture.ts';
import { TalkingService, TRANSPORTS, type Transport } from './transports.ts';

/** What a busy machine may add to a time; the lower bounds are exact. */
const SLACK_MS = 150;

test.describe('Is the latency that was set the one that is measured?', () => {
  // Socket.IO's polling in Node opens a connection for each request, which takes a round trip of its own.
  const roundTrips = { HTTP: 1, polling: 2, WebSocket: 1 } as const;
  for (const transport of TRANSPORTS) {
    const expectedMs = 200 * roundTrips[transport];
    test(`${transport}: 120 ms up and 80 ms down are ${expectedMs} ms for an answer`, async ({ pathTo }) => {
      await using service = await TalkingService.start();
      const path = await pathTo(service);
      const talk = await service.talk(transport, path);
      expect(await fastest(talk.echo)).toBeLessThan(50);
      await path.impair({ up: { latencyMs: 120 }, down: { latencyMs: 80 } });
      const measured = await fastest(talk.echo);
      expect(measured).toBeGreaterThanOrEqual(expectedMs);
      expect(measured).toBeLessThan(expectedMs + SLACK_MS);
      await path.heal();
      expect(await fastest(talk.echo)).toBeLessThan(50);
    });
  }

  test('each direction has its own', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    await path.impair({ up: { latencyMs: 150 } });
    const sentAt = performance.now();
    const [up, down] = [arrivalOf('up', other), arrivalOf('down', client)];
    client.write('up');
    other.write('down');
    expect((await up) - sentAt).toBeGreaterThanOrEqual(150);
    expect((await down) - sentAt).toBeLessThan(150);
  });

  test('a new connection waits for a round trip more', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    await path.impair({ up: { latencyMs: 60 }, down: { latencyMs: 40 } });
    const connectedAt = performance.now();
    const client = await service.client(path);
    client.write('first');
    await expect.poll(() => service.accepted, SOON).toBe(1);
    const elapsed = performance.now() - connectedAt;
    expect(elapsed).toBeGreaterThanOrEqual(100);
  });

  test('many pieces travel at once: 100 ms of latency do not limit the rate', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    await path.impair({ up: { latencyMs: 100 } });
    const bytes = 4 * 1024 * 1024;
    const startedAt = performance.now();
    client.write(Buffer.alloc(bytes));
    other.resume();
    await expect.poll(() => other.bytesRead, SOON).toBe(bytes);
    // One 64 KB piece after the other would take 64 × 100 ms.
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test('jitter: delays lie in 100 ± 40 ms and are not all the same, and order is kept', async ({
    pathTo,
  }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const pairs = await Promise.all(Array.from({ length: 100 }, () => service.client(path)));
    await expect.poll(() => service.accepted, SOON).toBe(100);
    await path.impair({ up: { latencyMs: 100, jitterMs: 40 } });
    await path.stats({ startOver: true });
    for (const client of pairs) client.write('x');
    await expect.poll(async () => (await path.stats()).up.passedBytes, SOON).toBe(100);
    const delays = LatencyHistogram.decode((await path.stats()).up.addedDelay!);
    expect(delays.count).toBe(100);
    expect(delays.minMs).toBeGreaterThanOrEqual(60);
    // Uniform: of 100, some lie in the first and some in the last quarter (all but 6e-13 of the time).
    expect(delays.minMs).toBeLessThan(80);
    expect(delays.maxMs).toBeGreaterThan(120);
    expect(delays.sumMs / delays.count).toBeLessThan(100 + SLACK_MS);
  });
});

test.describe('Is the bandwidth that was set the one that is measured?', () => {
  const bytes = 200_000;
  const kbps = 1000;
  const expectedMs = (bytes * 8) / kbps;
  const mostMs = expectedMs * 1.05;
  test('HTTP, polling, WebSocket: 1 Mbit/s up and down, within 5 %', async ({ pathTo }) => {
    await using service = await TalkingService.start();
    const measured = TRANSPORTS.map(async (transport) => {
      const path = await pathTo(service);
      // Two connections, each of which uses one direction: both have the whole line.
      const [one, other] = [await service.talk(transport, path), await service.talk(transport, path)];
      await path.impair({ up: { bandwidthKbps: kbps }, down: { bandwidthKbps: kbps } });
      return Promise.all([
        fastest(() => one.upload(bytes), mostMs),
        fastest(() => other.download(bytes), mostMs),
      ]);
    });
    for (const ms of (await Promise.all(measured)).flat()) {
      // Frames and headers pass too.
      expect(ms).toBeGreaterThanOrEqual(expectedMs);
      expect(ms).toBeLessThanOrEqual(mostMs);
    }
  });

  test('the connections of a path share it, and a short message does not wait for a long one', async ({
    pathTo,
  }) => {
    await using service = await TalkingService.start();
    const path = await pathTo(service);
    const [one, other, short] = [
      await service.talk('HTTP', path),
      await service.talk('HTTP', path),
      await service.talk('WebSocket', path),
    ];
    await path.impair({ down: { bandwidthKbps: 2000 } });
    const both = Promise.all([one.download(125_000), other.download(125_000)]);
    const echo = await fastest(short.echo);
    const [first, second] = await both;
    expect(Math.max(first, second)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(first, second)).toBeLessThanOrEqual(1000 * 1.05 + 50);
    // In turns of a segment, they end almost together.
    expect(Math.abs(first - second)).toBeLessThan(200);
    expect(echo).toBeLessThan(200);
  });

  test('each path has its own', async ({ pathTo }) => {
    await using service = await TalkingService.start();
    const [slow, free] = [await pathTo(service), await pathTo(service)];
    const [slowTalk, freeTalk] = [await service.talk('HTTP', slow), await service.talk('HTTP', free)];
    await slow.impair({ down: { bandwidthKbps: 1000 } });
    const [slowMs, freeMs] = await Promise.all([slowTalk.download(62_500), freeTalk.download(62_500)]);
    expect(slowMs).toBeGreaterThanOrEqual(500);
    expect(freeMs).toBeLessThan(500);
  });
});

test.describe('Is the loss that was set the one that is measured?', () => {
  test('HTTP, polling, WebSocket: at 20 %, transmissions and late answers lie in the binomial interval', async ({
    pathTo,
  }) => {
    await using service = await TalkingService.start();
    const keepAlive = new Agent({ keepAlive: true });
    const lossOver = async (transport: Transport) => {
      const path = await pathTo(service);
      const talks = await Promise.all(
        Array.from({ length: 100 }, () => service.talk(transport, path, keepAlive)),
      );
      // Few are not through by then: those that were lost four times in a row.
      await path.impair({ up: { loss: { model: 'bernoulli', percent: 20 } } }, { ttlMs: 2500 });
      const times = await Promise.all(
        talks.map(async ({ echo }) => [await echo(), await echo(), await echo(), await echo()]),
      );
      // As the participant sees it: a lost segment costs the first timeout of 200 ms at least.
      return { ...(await path.stats()), late: times.flat().filter((ms) => ms >= 200).length };
    };
    const [http, polling, webSocket] = await Promise.all(TRANSPORTS.map(lossOver));
    for (const { up, down } of [http!, polling!, webSocket!]) {
      expectBinomial(up.lost, up.transmissions, 0.2);
      expect(down).toMatchObject({ transmissions: 0, lost: 0 });
    }
    expectBinomial(http!.late, 400, 0.2);
    expectBinomial(webSocket!.late, 400, 0.2);
    // Over polling, the message may be lost, and so may the request that fetches its answer.
    expect(polling!.late).toBeGreaterThan(0.2 * 400);
    keepAlive.destroy();
  });

  test('0 % loses nothing, 100 % lets nothing pass until it is healed', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    await path.impair({ up: { loss: { model: 'bernoulli', percent: 0 } } });
    for (let count = 0; count < 100; count++) {
      const arrived = arrivalOf('x', other);
      client.write('x');
      await arrived;
    }
    expect((await path.stats({ startOver: true })).up).toMatchObject({ transmissions: 100, lost: 0 });
    const startedAt = performance.now();
    await path.impair({ up: { loss: { model: 'bernoulli', percent: 100 } } }, { ttlMs: 1000 });
    const arrived = arrivalOf('y', other);
    client.write('y');
    expect((await arrived) - startedAt).toBeGreaterThanOrEqual(1000);
    // Sent at once, after 200 and after 600 ms; then healed.
    expect((await path.stats()).up).toMatchObject({ segments: 1, lost: 3 });
  });

  test('every delay is a rung of the ladder 200, 600, 1400 ms …', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const pairs = [];
    for (let count = 0; count < 60; count++) pairs.push(await service.pair(path));
    await path.impair({ up: { loss: { model: 'bernoulli', percent: 50 } } });
    const delays = await Promise.all(
      pairs.map(async ({ client, service: other }) => {
        const sentAt = performance.now();
        const arrived = arrivalOf('x', other);
        client.write('x');
        return (await Promise.race([arrived, healedAfter(1600)])) - sentAt;
      }),
    );
    const rungs = [0, 200, 600, 1400];
    const seen = new Set<number>();
    for (const delay of delays.filter((ms) => ms < 1500)) {
      const rung = rungs.findLast((ms) => ms <= delay)!;
      expect(delay - rung).toBeLessThan(SLACK_MS);
      seen.add(rung);
    }
    // 2^-60 that none of 60 was lost; few are lost three times.
    expect([...seen]).toEqual(expect.arrayContaining([0, 200, 600]));

    async function healedAfter(ms: number) {
      return new Promise<number>((resolve) => setTimeout(() => resolve(performance.now()), ms));
    }
  });

  test('with a round trip, the timeout is 200 ms longer than it', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    await path.impair(
      { up: { latencyMs: 25, loss: { model: 'bernoulli', percent: 100 } }, down: { latencyMs: 25 } },
      { ttlMs: 10_000 },
    );
    client.write('x');
    const lost = async () => (await path.stats()).up.lost;
    const startedAt = performance.now();
    await expect.poll(lost, SOON).toBe(2);
    expect(performance.now() - startedAt).toBeGreaterThan(200);
    const arrived = arrivalOf('x', other);
    await path.heal();
    await arrived;
  });

  test('in a long transfer, most losses are made good before the timeout', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    await path.impair({
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

  test('bursts are as long as they were set, on average', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const { client, service: other } = await service.pair(path);
    const loss = { model: 'gilbert-elliott', lossPercent: 10, meanBurst: 4 } as const;
    await path.impair({ up: { loss } });
    const bytes = 4 * 1024 * 1024;
    client.write(Buffer.alloc(bytes));
    other.resume();
    await expect.poll(() => other.bytesRead, { ...SOON, timeout: 10_000 }).toBe(bytes);
    const { lost, bursts, transmissions } = (await path.stats()).up;
    // Geometric: mean 4, standard deviation sqrt(12)
    expect(Math.abs(lost / bursts - 4)).toBeLessThanOrEqual(4 * Math.sqrt(12 / bursts));
    // Correlated transmissions widen the binomial interval, by sqrt((1 + c) / (1 − c)) for c = 1 − 1/4 − 1/36.
    expect(Math.abs(lost / transmissions - 0.1)).toBeLessThanOrEqual(
      4 * Math.sqrt((0.09 / transmissions) * (1.722 / 0.278)),
    );
  });

  test('connections: a lost SYN delays the first bytes by a second at least', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    await path.impair({ up: { loss: { model: 'bernoulli', percent: 30 } } }, { ttlMs: 1500 });
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 50 }, () => service.client(path)));
    const soon = service.accepted;
    await expect.poll(async () => (await path.stats()).connections.opened, SOON).toBe(50);
    await expect.poll(async () => (await path.stats()).connections.connecting, SOON).toBe(0);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000);
    await expect.poll(() => service.accepted, SOON).toBe(50);
    expect(soon).toBeLessThan(50);
  });
});

test.describe('Does the same seed make the same decisions?', () => {
  const messages = 6;

  /** Which of the messages of each of ten connections came late. */
  async function lateOnes(link: Link, service: ByteService): Promise<boolean[][]> {
    await using path = await link.open('same', { upstream: service.url });
    const pairs = [];
    for (let count = 0; count < 10; count++) pairs.push(await service.pair(path));
    await path.impair({ up: { loss: { model: 'bernoulli', percent: 20 } } });
    // Awaited here: the path goes with this function.
    return await Promise.all(
      pairs.map(async ({ client, service: other }) => {
        const late: boolean[] = [];
        for (let count = 0; count < messages; count++) {
          const arrived = arrivalOf('x', other);
          const sentAt = performance.now();
          client.write('x');
          late.push((await arrived) - sentAt >= 200);
        }
        return late;
      }),
    );
  }

  test('of loss, per connection; another seed makes others', async () => {
    await using service = await ByteService.start();
    await using otherService = await ByteService.start();
    await using link = await Link.start({ seed: 'a' });
    await using otherLink = await Link.start({ seed: 'b' });
    const [first, others] = await Promise.all([lateOnes(link, service), lateOnes(otherLink, otherService)]);
    expect(await lateOnes(link, service)).toEqual(first);
    expect(others).not.toEqual(first);
    // And connections of one path do not lose the same messages.
    expect(new Set(first.map(String)).size).toBeGreaterThan(1);
  });
});

/** The least of three, which noise makes longer only. */
async function fastest(time: () => Promise<number>, enoughMs = 0): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let count = 0; count < 3 && least > enoughMs; count++) least = Math.min(least, await time());
  return least;
}

/** Within four standard deviations: wrong once in 16 000, and the seed is always the same. */
function expectBinomial(hits: number, of: number, probability: number): void {
  const deviation = Math.sqrt(of * probability * (1 - probability));
  expect(of).toBeGreaterThanOrEqual(400);
  expect(Math.abs(hits - of * probability)).toBeLessThanOrEqual(4 * deviation);
}
