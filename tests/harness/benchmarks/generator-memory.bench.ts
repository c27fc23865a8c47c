import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { outcomeOfStatus } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { publish } from './bench-report.ts';
import { KnownService } from './known-service.ts';

const USERS = 50;
const WARM_UP = 50_000;
const REQUESTS = 1_000_000;
const MOST_GROWTH_MB = 50;

test.describe('The generator: does its memory grow with the number of requests?', () => {
  test(`the wire context records ${REQUESTS} requests`, async () => {
    const service = await KnownService.start();
    const users = await Promise.all(
      Array.from({ length: USERS }, () =>
        openRequestContext('wire', { baseURL: service.url, timeoutMs: 30_000 }),
      ),
    );
    const operation = new Timings(systemClock.now()).operation('meeting.get');
    const collect = garbageCollector();

    const call = async (requests: number) => {
      let left = requests;
      await Promise.all(
        users.map(async (context) => {
          while (left-- > 0) {
            const startedAt = systemClock.now();
            const response = await context.get('/');
            await response.json();
            operation.record(outcomeOfStatus(response.status()), startedAt, systemClock.now());
          }
        }),
      );
    };
    await call(WARM_UP);
    const before = memory(collect);
    await call(REQUESTS);
    const after = memory(collect);

    await Promise.all(users.map((context) => context.dispose()));
    await service.stop();

    const kinds = ['heap', 'arrayBuffers', 'rss'] as const;
    publish({
      name: 'generator-memory',
      question: 'Does the generator’s memory grow with the number of requests?',
      method: `${REQUESTS} requests by ${USERS} users over the wire, recorded; after a collection, warm-up before.`,
      columns: ['memory, MB', 'before', 'after', 'growth'],
      rows: kinds.map((kind) => [kind, mb(before[kind]), mb(after[kind]), mb(after[kind] - before[kind])]),
      bounds: (['heap', 'rss'] as const).map((kind) => ({
        what: `growth of ${kind}`,
        measured: `${mb(after[kind] - before[kind])} MB`,
        bound: `below ${MOST_GROWTH_MB} MB`,
        holds: after[kind] - before[kind] < MOST_GROWTH_MB * 1024 * 1024,
      })),
      data: { before, after, recorded: operation.encode(0).outcomes },
    });
  });
});

function memory(collect: () => void) {
  collect();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed, arrayBuffers, rss };
}

function mb(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
