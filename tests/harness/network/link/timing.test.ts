import { expect, test } from '@playwright/test';
import { randomFor } from '../../../../src/network/link/proxy/connection.ts';
import { completeAt, VirtualLine } from './virtual-line.ts';

/** Timers have a resolution of one millisecond, and the link is never early. */
const TICK_MS = 1;
const MESSAGE = Buffer.from('x');

// In virtual time, so that each instant is exact, also on a busy machine. effect.deep.ts tests real sockets, without
// upper bounds; the benchmark of the link measures the lateness on a quiet machine.
test.describe('At which instant does a link pass bytes on?', () => {
  test('latency delays 2 MB by exactly the set time', async () => {
    const line = new VirtualLine({ up: { latencyMs: 120 }, down: { latencyMs: 80 } });
    const { send, arrivals } = line.flow();
    // One 64 KB piece after the other would take 32 × 120 ms.
    const bytes = 2 * 1024 * 1024;
    send(Buffer.alloc(bytes));
    await line.clock.advanceTo(119);
    expect(arrivals).toEqual([]);
    await line.clock.advanceTo(10_000);
    expect([arrivals[0]!.at, completeAt(arrivals, bytes)]).toEqual([120, 120]);
  });

  test('jitter spreads delays evenly over 100 ± 40 ms, and keeps the order on a connection', async () => {
    const line = new VirtualLine({ up: { latencyMs: 100, jitterMs: 40 } });
    const flows = Array.from({ length: 400 }, () => line.flow());
    for (const { send } of flows) send(MESSAGE);
    await line.clock.advanceTo(1000);
    const delays = flows.map(({ arrivals }) => arrivals[0]!.at);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...delays)).toBeLessThan(140 + TICK_MS);
    // Uniform: some of 400 delays lie in the first and in the last eighth (with a probability of 1 − 1e-23).
    expect(Math.min(...delays)).toBeLessThan(70);
    expect(Math.max(...delays)).toBeGreaterThan(130);
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    // The deviation of a uniform ± 40 ms is 40 / sqrt(3); the ticks add half a millisecond on average.
    expect(Math.abs(mean - 100.5)).toBeLessThan((4 * 40) / Math.sqrt(3 * delays.length));

    const { send, arrivals } = line.flow();
    for (let length = 1; length <= 20; length++) {
      send(Buffer.alloc(length));
      await line.clock.advanceTo(line.clock.now() + 1);
    }
    await line.clock.advanceTo(line.clock.now() + 1000);
    expect(arrivals.map(({ bytes }) => bytes)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('bandwidth passes 200 kB at 1 Mbit/s in 1.6 s, and connections take turns', async () => {
    const bytes = 200_000;
    const alone = new VirtualLine({ up: { bandwidthKbps: 1000 } });
    const only = alone.flow();
    only.send(Buffer.alloc(bytes));
    await alone.clock.advanceTo(10_000);
    expect(Math.abs(completeAt(only.arrivals, bytes)! - 1600)).toBeLessThanOrEqual(TICK_MS);

    const shared = new VirtualLine({ up: { bandwidthKbps: 1000 } });
    const [one, other, short] = [shared.flow(), shared.flow(), shared.flow()];
    for (const { send } of [one, other]) send(Buffer.alloc(bytes / 2));
    await shared.clock.advanceTo(100);
    short.send(MESSAGE);
    await shared.clock.advanceTo(10_000);
    const ends = [one, other].map(({ arrivals }) => completeAt(arrivals, bytes / 2)!).sort((a, b) => a - b);
    // A segment takes 11.68 ms of this line, which is filled 20 ms ahead before the second flow begins.
    expect(Math.abs(ends[1]! - 1600)).toBeLessThanOrEqual(2 * TICK_MS);
    expect(ends[1]! - ends[0]!).toBeLessThanOrEqual(20 + 11.68 + TICK_MS);
    // Both other flows may have their turn first.
    expect(short.arrivals[0]!.at - 100).toBeLessThanOrEqual(20 + 3 * 11.68 + TICK_MS);
  });

  test('latency and bandwidth add up for the last byte', async () => {
    const line = new VirtualLine({ up: { latencyMs: 50, bandwidthKbps: 8000 } });
    const { send, arrivals } = line.flow();
    send(Buffer.alloc(100_000));
    await line.clock.advanceTo(10_000);
    expect(Math.abs(completeAt(arrivals, 100_000)! - 150)).toBeLessThanOrEqual(TICK_MS);
  });

  test('loss delays a message by the retransmission times of TCP: 0, 200, 600, 1400 ms …', async () => {
    const line = new VirtualLine({ up: { loss: { model: 'bernoulli', percent: 50 } } });
    const flows = Array.from({ length: 400 }, () => line.flow());
    for (const { send } of flows) send(MESSAGE);
    await line.clock.advanceTo(3_600_000);
    const lostTimes = new Map<number, number>();
    for (const { arrivals } of flows) {
      const { at } = arrivals[0]!;
      lostTimes.set(at, (lostTimes.get(at) ?? 0) + 1);
    }
    const rungs = Array.from({ length: 30 }, (_, times) => 200 * (2 ** Math.min(times, 10) - 1));
    expect([...lostTimes.keys()].filter((at) => at <= 102_200 && !rungs.includes(at))).toEqual([]);
    // Half of the messages are never lost, a quarter once, an eighth twice.
    for (const [times, share] of [1 / 2, 1 / 4, 1 / 8].entries()) {
      const deviation = Math.sqrt(400 * share * (1 - share));
      expect(Math.abs(lostTimes.get(rungs[times]!)! - 400 * share)).toBeLessThan(4 * deviation);
    }
    const { segments, transmissions, lost, retransmissions } = line.counts.stats({});
    expect([segments, transmissions - lost]).toEqual([400, 400]);
    expect(retransmissions).toEqual({ afterTimeout: lost, fast: 0 });
  });

  test('loss with a round trip of 50 ms causes the first retransmission after 250 ms', async () => {
    const line = new VirtualLine({
      up: { latencyMs: 25, loss: { model: 'bernoulli', percent: 100 } },
      down: { latencyMs: 25 },
    });
    line.flow().send(MESSAGE);
    const lostBy = async (ms: number) => {
      await line.clock.advanceTo(ms);
      return line.counts.lost;
    };
    expect([await lostBy(249), await lostBy(250), await lostBy(749), await lostBy(750)]).toEqual([
      1, 2, 2, 3,
    ]);
  });
});

test('the seed, path and connection number decide the random numbers of a connection', () => {
  const thrown = (seed: string, path: string, connection: number) =>
    Array.from({ length: 20 }, randomFor(seed, path, connection)('up loss'));
  const first = thrown('seed', 'path', 1);
  expect(thrown('seed', 'path', 1)).toEqual(first);
  expect(thrown('seed', 'path', 2)).not.toEqual(first);
  expect(thrown('seed', 'other', 1)).not.toEqual(first);
  expect(thrown('another', 'path', 1)).not.toEqual(first);
});
