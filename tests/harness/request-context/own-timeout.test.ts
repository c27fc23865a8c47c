import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { MeetingsClient } from '../../../src/meetings/meetings-client.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { loopBlocks, unlessOwnTimeout } from '../../../src/request-context/own-timeout.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { userNamed } from '../meetings/fake-context.ts';

test.describe('Who caused a timeout?', () => {
  /** A loop that was blocked for this time. */
  const blocked = (ms: number) =>
    ({ beat: () => undefined, between: () => ms }) as unknown as typeof loopBlocks;
  const timeout = { outcome: 'timeout', cause: 'no answer in time' } as const;

  test('counts a timeout as a generator limit when the loop was blocked for half of the call', () => {
    expect(unlessOwnTimeout(timeout, 1000, 2000, blocked(500))).toEqual({
      outcome: 'generator limit',
      cause: 'the load generator was blocked for most of the time of the call',
    });
    expect(unlessOwnTimeout(timeout, 1000, 2000, blocked(499))).toBe(timeout);
  });

  test('counts another failure during a blocked loop against the service', () => {
    const reset = { outcome: 'reset', cause: 'connection reset' } as const;
    expect(unlessOwnTimeout(reset, 1000, 2000, blocked(1000))).toBe(reset);
  });
});

test('a call that a blocked loop sends too late is recorded as a generator limit', async () => {
  // The server accepts connections and does not answer.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = await openRequestContext('wire', { baseURL, timeoutMs: 400 });
  const timings = new Timings(systemClock.now());
  const client = new MeetingsClient({
    contract: referenceContract(),
    context,
    timings,
    clock: systemClock,
    identity: userNamed('me'),
  });
  const end = loopBlocks.watch();
  try {
    const call = client.call('health.get');
    for (const until = performance.now() + 450; performance.now() < until; );
    expect((await call).outcome).toBe('generator limit');
    const { causes } = timings.encode(systemClock.now()).operations['health.get']!;
    expect(causes).toMatchObject([{ outcome: 'generator limit', count: 1 }]);
  } finally {
    end();
    await context.dispose();
    server.close();
  }
});
