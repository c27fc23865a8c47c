import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from '@playwright/test';
import { arrivals } from '../../../src/kernel/arrivals.ts';
import { systemClock } from '../../../src/kernel/clock.ts';

interface Stamped {
  readonly sent: number;
  readonly latest: number;
  readonly earliest: number;
}

test.describe('When did data arrive?', () => {
  let service: ChildProcess;
  let port: number;
  const sockets: Socket[] = [];
  const watches: (() => void)[] = [];

  test.beforeAll(async () => {
    service = fork(new URL('stamping-service.mjs', import.meta.url));
    [port] = (await once(service, 'message')) as [number];
  });
  test.afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const end of watches.splice(0)) end();
  });
  test.afterAll(() => {
    service.kill();
  });

  function watch(): void {
    watches.push(arrivals.watch());
  }

  async function opened(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  /** Requests an answer after a delay. Resolves with its timestamps when it has been read. */
  function ask(socket: Socket, delayMs: number): Promise<Stamped> {
    return new Promise((resolve) => {
      socket.once('data', (data) => {
        const { sent } = JSON.parse(data.toString().split('\n', 1)[0]!) as { sent: number };
        resolve({ sent, latest: arrivals.latest, earliest: arrivals.earliest });
      });
      socket.write(`${delayMs}\n`);
    });
  }

  /** Blocks the event loop until this instant. */
  function blockUntil(instant: number): void {
    while (systemClock.now() < instant);
  }

  test('the bracket contains the instant at which the service wrote, on an idle and on a busy loop', async () => {
    watch();
    const socket = await opened();
    await ask(socket, 0);
    const answers: Stamped[] = [];
    for (let index = 0; index < 60; index++) {
      const asked = ask(socket, 2);
      if (index % 3 === 1) blockUntil(systemClock.now() + 4);
      answers.push(await asked);
    }
    // The service takes its timestamp just before the write, so a delay between both is not in it.
    const early = answers.filter(({ sent, earliest }) => sent < earliest);
    expect(answers.filter(({ sent, latest }) => sent > latest)).toEqual([]);
    expect(early.length).toBeLessThanOrEqual(20);
  });

  test('the bracket is as wide as the block of the loop during which the data arrived', async () => {
    watch();
    const socket = await opened();
    await ask(socket, 0);
    const asked = ask(socket, 5);
    const began = systemClock.now();
    blockUntil(began + 40);
    const { sent, latest, earliest } = await asked;
    expect(earliest).toBeLessThanOrEqual(sent);
    expect(latest).toBeGreaterThanOrEqual(sent);
    expect(latest).toBeGreaterThanOrEqual(began + 40);
    expect(earliest).toBeLessThanOrEqual(began + 1);
  });

  test('answers that were ready together have the same latest arrival', async () => {
    watch();
    const [one, other] = [await opened(), await opened()];
    await Promise.all([ask(one, 0), ask(other, 0)]);
    const first = ask(one, 2);
    one.prependOnceListener('data', () => blockUntil(systemClock.now() + 20));
    const second = ask(other, 2);
    other.prependOnceListener('data', () => blockUntil(systemClock.now() + 20));
    blockUntil(systemClock.now() + 30);
    const [{ latest }, { latest: alike }] = await Promise.all([first, second]);
    expect(alike).toBe(latest);
  });

  test('the latest arrival of a second message of one read may be later', async () => {
    watch();
    const socket = await opened();
    const { latest, earliest } = await ask(socket, 0);
    arrivals.nextMessage();
    expect(arrivals.latest).toBeGreaterThanOrEqual(latest);
    expect(arrivals.latest).toBeLessThanOrEqual(systemClock.now());
    expect(arrivals.earliest).toBe(earliest);
  });

  test('earliest and latest are the time of the read when nothing watches', async () => {
    const socket = await opened();
    const asked = ask(socket, 0);
    blockUntil(systemClock.now() + 10);
    const { latest, earliest, sent } = await asked;
    expect(latest).toBe(earliest);
    expect(latest).toBeGreaterThanOrEqual(sent);
  });

  test('seenUntil is earlier than data that waits in a socket during a block', async () => {
    watch();
    const socket = await opened();
    await ask(socket, 0);
    const asked = ask(socket, 5);
    blockUntil(systemClock.now() + 40);
    const seenUntil = arrivals.seenUntil;
    const { sent } = await asked;
    expect(seenUntil).toBeLessThan(sent);
    await systemClock.until(systemClock.now() + 20);
    expect(arrivals.seenUntil).toBeGreaterThan(sent);
  });

  test('onBlock() reports a block of the loop with its length', async () => {
    watch();
    const blocks: number[] = [];
    arrivals.onBlock = (ms) => blocks.push(ms);
    const socket = await opened();
    const asked = ask(socket, 1);
    blockUntil(systemClock.now() + 50);
    await asked;
    arrivals.onBlock = undefined;
    expect(Math.max(...blocks)).toBeGreaterThanOrEqual(50);
  });

  test('onBlock() reports a block before a poll that the machine held up', async () => {
    const { nodeTiming } = performance;
    const idleTime = Object.getOwnPropertyDescriptor(nodeTiming, 'idleTime')!;
    watch();
    const blocks: number[] = [];
    arrivals.onBlock = (ms) => blocks.push(ms);
    const idleMs = nodeTiming.idleTime;
    // The loop works for 50 ms, and its next poll lasts 20 ms.
    blockUntil(systemClock.now() + 70);
    Object.defineProperty(nodeTiming, 'idleTime', { configurable: true, get: () => idleMs + 20 });
    try {
      await expect.poll(() => blocks.length).toBeGreaterThanOrEqual(2);
    } finally {
      Object.defineProperty(nodeTiming, 'idleTime', idleTime);
      arrivals.onBlock = undefined;
    }
    expect(blocks[0]).toBeGreaterThanOrEqual(49);
    expect(blocks[1]).toBe(15);
  });
});
