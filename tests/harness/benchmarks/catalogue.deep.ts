import { benchmarksOf } from '../../../src/benchmarks/catalogue/index.ts';
import { type Measured, measure } from '../../../src/benchmarks/measure.ts';
import { overall } from '../../../src/benchmarks/record.ts';
import { type BenchmarkResult, resultOf, verdictOf } from '../../../src/benchmarks/result.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { parseTargets } from '../../../src/targets/parse.ts';
import { benchBlock } from '../../../src/views/console/bench-block.ts';
import { accessOf } from '../meetings/access-of.ts';
import { expect, test } from '../service/service-fixture.ts';
import type { User } from '../service/user.ts';

const benchmarks = benchmarksOf(referenceContract());
const access = await accessOf();

const options = (url: string, prefix: string) => ({
  serviceUrl: url,
  socketUrl: url,
  access,
  requestContext: 'wire' as const,
  timeoutMs: 10_000,
  prefix,
  concurrency: 2,
  listedMeetings: 3,
  clock: systemClock,
  // More calls than one user may make within a window of the contract's limits.
  iterations: 110,
  warmUp: 10,
});

/** Judges a measurement by its default target. An operation that only one contract has gets a target here. */
function judged(benchmark: (typeof benchmarks)[number], measured: Measured): BenchmarkResult {
  const own = parseTargets([['chat.send p95', '< 100 ms']]);
  const targets = [...readSettings({}).benchTargets, ...own];
  const { concurrency } = options('', '');
  const iterations = measured.timings.ok?.count ?? 0;
  return resultOf(benchmark, measured, { startedAt: new Date(), iterations, concurrency, targets });
}

/** The number of active meetings of these users. */
async function leftOpen(user: User, prefix: string): Promise<number> {
  const { body } = await user.get('?status=active&limit=100');
  return (body!.data as { hostId: string }[]).filter(({ hostId }) => hostId.startsWith(prefix)).length;
}

test.describe('Benchmarks of a service with the limits of the contract', () => {
  for (const [number, benchmark] of benchmarks.entries()) {
    test(`"${benchmark.title}" completes all calls without a rate limit, and leaves no meeting`, async ({
      url,
      newUser,
    }) => {
      const prefix = `catalogue-${number}-`;
      const measured = await measure(benchmark, options(url, prefix));
      expect(measured).toMatchObject({ problem: null, warmUp: 10, timings: { outcomes: { ok: 110 } } });
      expect(measured.timings.ok!.count).toBe(110);
      expect(measured.timings.ok!.minMs).toBeGreaterThan(0);
      // Both ends of the bracket are known and differ.
      const { ok, earliest } = measured.timings;
      expect(earliest!.count).toBe(110);
      expect(earliest!.sumMs).toBeLessThan(ok!.sumMs);
      expect(await leftOpen(newUser(), prefix)).toBe(0);
      // Whether the target is met, and whether the bracket allows a decision, depends on the load of this machine.
      const [target, ...others] = judged(benchmark, measured).targets;
      expect(target).toMatchObject({ value: expect.any(Number), unit: 'ms', count: 110 });
      const { low, high } = target!.bracket!;
      expect(low).toBeLessThanOrEqual(high);
      const isBetween = low < target!.limit && target!.limit <= high;
      expect(isBetween ? ['inconclusive'] : ['met', 'missed']).toContain(target!.state);
      expect(others).toEqual([]);
    });
  }
});

test('a service with lower rate limits fails the benchmark with that reason', async ({ launch }) => {
  const url = await launch({ LOG_LEVEL: 'warn', RATE_LIMIT_READ: '3/60s' }).ready;
  const benchmark = benchmarks.find(({ operation }) => operation === 'meeting.get')!;
  const measured = await measure(benchmark, options(url, 'limited-'));
  expect(measured.problem).toContain('limited the rate');
  const context = { startedAt: new Date(), iterations: 110, concurrency: 2, targets: [] };
  expect(verdictOf(resultOf(benchmark, measured, context))).toBe('failed');
});

test('a rate limit on one operation fails its benchmark, and the other benchmarks continue', async ({
  launch,
}) => {
  const url = await launch({ LOG_LEVEL: 'warn', RATE_LIMIT_LIST: '2/60s' }).ready;
  const results: BenchmarkResult[] = [];
  for (const operation of ['meeting.list', 'event.delivery']) {
    const benchmark = benchmarks.find((one) => one.operation === operation)!;
    const few = { ...options(url, `limited-${results.length}-`), iterations: 20, warmUp: 20 };
    results.push(judged(benchmark, await measure(benchmark, few)));
  }
  expect(results.map(({ problem }) => problem === null)).toEqual([false, true]);
  expect(overall(results)).toBe('failed');
  const text = benchBlock(results).join('\n');
  expect(text).toContain('list meetings: the service limited the rate');
  expect(text).toMatch(/deliver a room event +20 +0\.00%/);
});

test('the benchmark of reading a meeting measures a delay of 20 ms in the service', async ({ launch }) => {
  const url = await launch({ LOG_LEVEL: 'warn', SERVICE_OWNER: 'test', SERVICE_DEFECTS: 'slow-endpoint=20' })
    .ready;
  const benchmark = benchmarks.find(({ operation }) => operation === 'meeting.get')!;
  const { timings } = await measure(benchmark, { ...options(url, 'slow-'), iterations: 20 });
  // A timer of Node.js may fire within the last millisecond.
  expect(timings.ok!.minMs).toBeGreaterThan(19);
});
