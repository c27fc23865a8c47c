import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { Canary } from '../../../src/crowd/canary/canary.ts';
import { EchoProcess } from '../../../src/crowd/canary/echo-process.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { Link } from '../../../src/network/link/link.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';
import { Watched } from '../dashboard/watched.ts';
import { ByteService, sendStream } from '../network/link/byte-service.ts';
import { Coordinated } from './coordinated.ts';
import { sliceReport } from './slice-reports.ts';

const HOSTILE = fileURLToPath(new URL('./hostile-process.mjs', import.meta.url));
/** The bytes to send, which would fill the memory of a process that keeps them. */
const ENOUGH_BYTES = 150_000_000;
/** The allowed growth of memory: less than the sent bytes, and more than the test itself needs. */
const MOST_MORE_BYTES = 120_000_000;

test.skip(process.platform !== 'linux', 'reads the memory of other processes in /proc');

/** The anonymous memory of a process, in bytes. */
function memoryOf(pid: number): number {
  const kilobytes = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1];
  return Number(kilobytes) * 1024;
}

const portOf = (url: string) => new URL(url.replace('socks5:', 'http:')).port;

test('a hostile process on every open port changes no counts of a run and fills no memory', async () => {
  let echo: EchoProcess | undefined;
  await using crowd = await Coordinated.start([1, 2]);
  await using watched = await Watched.start({ slices: 2 });
  await using service = await ByteService.start();
  await using link = await Link.start({ seed: 'hostile' });
  const path = await link.open('all', { upstream: service.url });
  const { socks } = await path.viaSocks();
  const canary = await Canary.open(
    { requestContext: 'wire', clock: systemClock, seed: 7, callsPerSecond: 100, longestHoldMs: 20 },
    async () => {
      echo = await EchoProcess.start();
      return echo;
    },
  );
  const ports = [crowd.coordinator.address.split(':')[0]!, ...[watched.url, socks, echo!.url].map(portOf)];
  const pids = [process.pid, link.pid, echo!.pid];
  const before = pids.map(memoryOf);
  const hostile = spawn(process.execPath, [HOSTILE, ...ports], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    let poured = 0;
    const lines = createInterface({ input: hostile.stdout }).on('line', (line) => {
      poured = Number(line);
    });
    await once(lines, 'line');
    canary.start();
    const viewer = await watched.viewer();
    const [first, second] = await Promise.all([crowd.slice(1), crowd.slice(2)]);
    await Promise.all([first.arrive(), second.arrive()]);
    for (let sequence = 1; sequence <= 20; sequence += 1) {
      first.report(sliceReport({ slice: 1, sequence, finished: sequence === 20 }));
      second.report(sliceReport({ slice: 2, sequence, finished: sequence === 20 }));
      watched.run.second([{ count: 5 }]);
      const { client, service: end } = await service.pair({ url: path.url });
      const received = (async () => {
        let bytes = 0;
        for await (const chunk of end) bytes += (chunk as Buffer).length;
        return bytes;
      })();
      await sendStream(client, 50_000, `${sequence}`);
      expect(await received).toBe(50_000);
    }
    await expect.poll(() => poured, { timeout: 45_000 }).toBeGreaterThan(ENOUGH_BYTES);

    await crowd.until('all reports are here', () => crowd.record().reports.every((one) => one.finished));
    expect(crowd.record()).toMatchObject({ lost: [], stopped: null });
    expect(crowd.record().reports.map(({ slice, sequence }) => [slice, sequence])).toEqual([
      [1, 20],
      [2, 20],
    ]);
    await expect.poll(() => viewer.frames.length).toBeGreaterThan(1);
    await expect.poll(() => LatencyHistogram.decode(canary.report().added!).count).toBeGreaterThan(20);
    expect(canary.report()).toMatchObject({ failed: 0, without: null });
    const { up, connections } = await path.stats();
    expect([up.passedBytes, connections.opened]).toEqual([20 * 50_000, 20]);
    const more = pids.map(memoryOf).map((bytes, index) => bytes - before[index]!);
    expect(Math.max(...more), `${more}`).toBeLessThan(MOST_MORE_BYTES);
  } finally {
    const ended = once(hostile, 'exit');
    hostile.stdin.end();
    await ended;
    await canary.close();
  }
});
