import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { addedMs, Canary } from '../../../../src/crowd/canary/canary.ts';
import { EchoProcess } from '../../../../src/crowd/canary/echo-process.ts';
import { GeneratorWatch } from '../../../../src/crowd/generator-watch.ts';
import { systemClock } from '../../../../src/kernel/clock.ts';
import { LatencyHistogram } from '../../../../src/timings/latency-histogram.ts';

const quick = {
  requestContext: 'wire',
  clock: systemClock,
  seed: 42,
  callsPerSecond: 200,
  longestHoldMs: 100,
} as const;

test('the added time of a call excludes the time that the echo held it', () => {
  expect(addedMs({ startedAt: 100, receivedAt: 101, sentAt: 151, arrivedAt: 154 })).toBe(4);
  // Two readings of the clock may differ by less than its resolution.
  expect(addedMs({ startedAt: 100, receivedAt: 99.9, sentAt: 151, arrivedAt: 151 })).toBe(0);
});

test('the echo holds an answer for the requested time and reports times of the system clock', async () => {
  const echo = await EchoProcess.start();
  try {
    const startedAt = systemClock.now();
    const answer = await fetch(`${echo.url}/30`);
    const text = await answer.text();
    const endedAt = systemClock.now();
    const [receivedAt, sentAt] = text.split(' ').map(Number) as [number, number];
    expect(startedAt).toBeLessThan(receivedAt);
    expect(sentAt - receivedAt).toBeGreaterThan(28);
    expect(sentAt).toBeLessThan(endedAt);
    // The echo must not announce an end of idle connections, which the harness would take for the service's.
    expect(answer.headers.get('keep-alive')).toBeNull();
  } finally {
    await echo.close();
  }
});

test('the echo process ends when it is closed or its parent process dies', async () => {
  test.skip(process.platform !== 'linux', 'looks into /proc');
  const closed = await EchoProcess.start();
  await closed.close();
  expect(existsSync(`/proc/${closed.pid}`)).toBe(false);

  // A small process starts the echo in the same way as EchoProcess.
  const echo = fileURLToPath(new URL('../../../../src/crowd/canary/echo.mjs', import.meta.url));
  const script = `const { spawn } = require('node:child_process');
    const echo = spawn(process.execPath, [${JSON.stringify(echo)}], { stdio: 'pipe' });
    echo.stdout.once('data', () => process.stdout.write(String(echo.pid)));`;
  const owner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(owner.stdout, 'data')) as [Buffer];
  const orphan = `/proc/${Number(said.toString())}`;
  expect(existsSync(orphan)).toBe(true);
  owner.kill('SIGKILL');
  await expect.poll(() => existsSync(orphan)).toBe(false);
});

test('the canary measures the delay that a blocked process adds', async () => {
  const canary = await Canary.open(quick);
  const watch = new GeneratorWatch(systemClock.now(), 0);
  try {
    canary.start();
    const measured = () => canary.report().added;
    while (LatencyHistogram.decode(measured() ?? LatencyHistogram.empty().encode()).count <= 30) {
      await delay(20);
      for (const until = performance.now() + 60; performance.now() < until; );
    }
    const { added, failed, without } = canary.report();
    expect([failed, without]).toEqual([0, null]);
    const histogram = LatencyHistogram.decode(added!);
    // A block takes 60 of every 80 ms, so half of the answers wait for at least 20 ms.
    expect(histogram.valueAtRank(Math.ceil(histogram.count * 0.9))).toBeGreaterThan(20);
    expect(histogram.maxMs).toBeLessThan(1000 + watch.health().loopDelayMaxMs);
  } finally {
    watch.stop();
    await canary.close();
  }
});

test('a closed canary makes no more calls', async () => {
  const canary = await Canary.open(quick);
  canary.start();
  await expect.poll(() => canary.report().added?.count ?? 0).toBeGreaterThan(3);
  await canary.close();
  const before = canary.report();
  await delay(50);
  expect(canary.report()).toEqual(before);
  expect(before).toMatchObject({ failed: 0, without: null });
});

test('a canary without an echo process makes no calls and reports the reason', async () => {
  const canary = await Canary.open(quick, () => EchoProcess.start('/nowhere/node'));
  canary.start();
  expect(canary.report()).toEqual({ failed: 0, without: expect.stringContaining('ENOENT') });
  await canary.close();
});

test('a canary keeps its measurements and reports the reason when its echo process dies', async () => {
  let echo: EchoProcess | undefined;
  const canary = await Canary.open(quick, async () => {
    echo = await EchoProcess.start();
    return echo;
  });
  try {
    canary.start();
    await expect.poll(() => canary.report().added?.count ?? 0).toBeGreaterThan(3);
    process.kill(echo!.pid, 'SIGKILL');
    await expect.poll(() => canary.report().failed).toBeGreaterThan(0);
    expect(canary.report().without).toMatch(/\w/);
    expect(canary.report().added!.count).toBeGreaterThan(3);
  } finally {
    await canary.close();
  }
});
