import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from '@playwright/test';
import { median, quantile } from 'simple-statistics';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { PathImpairment } from '../../../src/network/impairment.ts';
import { Link } from '../../../src/network/link/link.ts';
import { type Bound, publish } from './bench-report.ts';
import { forkPlain } from './known-service.ts';

const ROUNDS = 5;
const SECONDS = 1;
const CONNECTIONS = 50;
const MESSAGE = Buffer.alloc(64, 'm');

const LEAST_GBIT = 1;
const LEAST_MESSAGES = 20_000;
const MOST_ADDED_MS = 0.5;
/** The settings of a path, and the allowed deviation of the measured values on a quiet machine. */
const SET_MS = 200;
const MOST_LATE_MS = 5;
const SET_MBIT = 8;
const MOST_OFF_PERCENT = 5;

/** The results of one round over one route. */
interface Measured {
  readonly gbitDown: number;
  readonly gbitUp: number;
  /** One way; an echo takes both ways. */
  readonly messagesPerSecond: number;
  /** The latency of an echo over one quiet connection. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

test.describe('The link: how much does it carry, and how much does it add?', () => {
  test(`${ROUNDS} rounds each run directly and over the link`, async () => {
    const peer = forkPlain('link-peer.mjs');
    const [{ port }] = (await once(peer, 'message')) as [{ port: number }];
    const link = await Link.start({ upstream: `http://127.0.0.1:${port}`, seed: 'benchmark' });
    const over = async (name: string, impairment?: PathImpairment) => {
      const path = await link.open(name);
      if (impairment) await path.inflict({ kind: 'impaired', ...impairment });
      return Number(new URL(path.url).port);
    };
    const ways = [
      { name: 'direct', port },
      { name: 'link', port: await over('free') },
      // The cost of an impairment: each byte passes the delay line, or the delay line and the loss model.
      { name: 'link, 1 ms latency', port: await over('late', bothWays({ latencyMs: 1 })) },
      {
        name: 'link, 10 Gbit/s, 0 % loss',
        port: await over(
          'narrow',
          bothWays({ bandwidthKbps: 10_000_000, loss: { model: 'bernoulli', percent: 0 } }),
        ),
      },
    ];

    // Excludes just-in-time compilation.
    for (const way of ways) await measure(way.port);
    const rounds = new Map<string, Measured[]>(ways.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of ways) rounds.get(way.name)!.push(await measure(way.port));
    }

    const setLate = await over('as late as set', { up: { latencyMs: 120 }, down: { latencyMs: 80 } });
    const setNarrow = await over('as narrow as set', bothWays({ bandwidthKbps: SET_MBIT * 1000 }));
    // The first echo also waits for the handshake of such a path.
    const lateMs = median((await quietEchoes(setLate)).slice(1)) - SET_MS;
    // In the direction up, the kernel and the window of the link would accept all bytes of a second at once.
    const offPercent = Math.abs(((await download(setNarrow)) * 1000) / SET_MBIT - 1) * 100;

    await link.close();
    const exited = once(peer, 'exit');
    peer.disconnect();
    await exited;

    const [direct, free] = [rounds.get('direct')!, rounds.get('link')!];
    const added = median(free.map(({ p50Ms }, round) => p50Ms - direct[round]!.p50Ms));
    publish({
      name: 'link',
      question: 'How much does the link carry, and how much does it add?',
      method:
        `Medians of ${ROUNDS} rounds, the ways taking turns. Throughput: one connection for ${SECONDS} s. Messages: ` +
        `${MESSAGE.length} bytes, ${CONNECTIONS} connections with one echo in flight each, for ${SECONDS} s; an echo ` +
        'is two messages. Latency: echoes over one connection, nothing else under way. Sender, link and receiver are ' +
        'three processes.',
      columns: ['way', 'Gbit/s down', 'Gbit/s up', 'messages/s', 'of direct', 'echo P50 ms', 'echo P99 ms'],
      rows: ways.map(({ name }) => {
        const of = rounds.get(name)!;
        const relative = of.map(
          ({ messagesPerSecond }, round) => messagesPerSecond / direct[round]!.messagesPerSecond,
        );
        return [
          name,
          median(of.map(({ gbitDown }) => gbitDown)).toFixed(1),
          median(of.map(({ gbitUp }) => gbitUp)).toFixed(1),
          median(of.map(({ messagesPerSecond }) => messagesPerSecond)).toFixed(0),
          `${(median(relative) * 100).toFixed(0)} %`,
          median(of.map(({ p50Ms }) => p50Ms)).toFixed(3),
          median(of.map(({ p99Ms }) => p99Ms)).toFixed(3),
        ];
      }),
      bounds: [
        atLeast('throughput down, Gbit/s', median(free.map(({ gbitDown }) => gbitDown)), LEAST_GBIT),
        atLeast('throughput up, Gbit/s', median(free.map(({ gbitUp }) => gbitUp)), LEAST_GBIT),
        atLeast(
          'small messages per second',
          median(free.map(({ messagesPerSecond }) => messagesPerSecond)),
          LEAST_MESSAGES,
        ),
        {
          what: 'added to an echo at the median',
          measured: `${added.toFixed(3)} ms`,
          bound: `less than ${MOST_ADDED_MS} ms`,
          holds: added < MOST_ADDED_MS,
        },
        {
          what: `an echo over ${SET_MS} ms of latency is late by`,
          measured: `${lateMs.toFixed(2)} ms`,
          bound: `less than ${MOST_LATE_MS} ms`,
          holds: lateMs < MOST_LATE_MS,
        },
        {
          what: `a download at ${SET_MBIT} Mbit/s is off by`,
          measured: `${offPercent.toFixed(1)} %`,
          bound: `less than ${MOST_OFF_PERCENT} %`,
          holds: offPercent < MOST_OFF_PERCENT,
        },
      ],
      data: Object.fromEntries(rounds),
    });
  });
});

async function measure(port: number): Promise<Measured> {
  const gbitDown = await download(port);
  const gbitUp = await upload(port);
  const messagesPerSecond = await messages(port);
  const echoes = await quietEchoes(port);
  return {
    gbitDown,
    gbitUp,
    messagesPerSecond,
    p50Ms: quantile(echoes, 0.5),
    p99Ms: quantile(echoes, 0.99),
  };
}

async function download(port: number): Promise<number> {
  const socket = await open(port);
  socket.resume();
  socket.write('f');
  await once(socket, 'data');
  return rateOf(socket, () => socket.bytesRead);
}

async function upload(port: number): Promise<number> {
  const socket = await open(port);
  const piece = Buffer.alloc(256 * 1024, 'x');
  socket.write('t');
  const fill = () => {
    while (socket.writable && socket.write(piece));
  };
  socket.on('drain', fill);
  fill();
  // Written bytes that are not sent yet do not count.
  return rateOf(socket, () => socket.bytesWritten - socket.writableLength);
}

/** Measures the rate in Gbit/s over some seconds, then closes the connection. */
async function rateOf(socket: Socket, bytes: () => number): Promise<number> {
  const [before, startedAt] = [bytes(), systemClock.now()];
  await systemClock.until(startedAt + SECONDS * 1000);
  const rate = ((bytes() - before) * 8) / (systemClock.now() - startedAt) / 1e6;
  await closed(socket);
  return rate;
}

/** Each connection sends one message after the other, and waits for each echo. */
async function messages(port: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port)));
  let echoes = 0;
  const startedAt = systemClock.now();
  for (const socket of sockets) {
    onWholeMessages(socket, () => {
      echoes += 1;
      socket.write(MESSAGE);
    });
    socket.write(MESSAGE);
  }
  await systemClock.until(startedAt + SECONDS * 1000);
  const rate = (2 * echoes * 1000) / (systemClock.now() - startedAt);
  await Promise.all(sockets.map(closed));
  return rate;
}

/** The durations of many echoes, one after the other, in ms. */
async function quietEchoes(port: number): Promise<number[]> {
  const socket = await open(port);
  const times: number[] = [];
  await new Promise<void>((resolve) => {
    let sentAt = systemClock.now();
    const endsAt = sentAt + SECONDS * 500;
    onWholeMessages(socket, () => {
      const now = systemClock.now();
      times.push(now - sentAt);
      if (now >= endsAt) return resolve();
      sentAt = systemClock.now();
      socket.write(MESSAGE);
    });
    socket.write(MESSAGE);
  });
  await closed(socket);
  return times;
}

function onWholeMessages(socket: Socket, act: () => void): void {
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes < MESSAGE.length) return;
    bytes -= MESSAGE.length;
    act();
  });
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function closed(socket: Socket): Promise<void> {
  const over = once(socket, 'close');
  socket.resetAndDestroy();
  await over;
}

function bothWays(impairment: NonNullable<PathImpairment['up']>): PathImpairment {
  return { up: impairment, down: impairment };
}

function atLeast(what: string, measured: number, bound: number): Bound {
  return { what, measured: measured.toFixed(1), bound: `at least ${bound}`, holds: measured >= bound };
}
