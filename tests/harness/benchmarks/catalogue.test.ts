import { benchmarks } from '../../../src/benchmarks/catalogue/index.ts';
import { measure } from '../../../src/benchmarks/measure.ts';
import { resultOf, verdictOf } from '../../../src/benchmarks/result.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { expect, test } from '../service/service-fixture.ts';
import { SECRET } from '../service/tokens.ts';
import type { User } from '../service/user.ts';

const options = (url: string, prefix: string) => ({
  serviceUrl: url,
  socketUrl: url,
  jwtSecret: SECRET,
  requestContext: 'wire' as const,
  timeoutMs: 10_000,
  prefix,
  concurrency: 2,
  listedMeetings: 3,
  clock: systemClock,
  // More than any one user may do within a window of the contract's limits.
  iterations: 110,
  warmUp: 10,
});

/** How many meetings of these users are still going on. */
async function leftOpen(user: User, prefix: string): Promise<number> {
  const { body } = await user.get('?status=active&limit=100');
  return (body!.data as { hostId: string }[]).filter(({ hostId }) => hostId.startsWith(prefix)).length;
}

test.describe('a service with the limits of the contract', () => {
  for (const [number, benchmark] of benchmarks.entries()) {
    test(`${benchmark.title}: all calls succeed, none is limited, no meeting is left`, async ({
      url,
      newUser,
    }) => {
      const prefix = `catalogue-${number}-`;
      const measured = await measure(benchmark, options(url, prefix));
      expect(measured).toMatchObject({ trouble: null, warmUp: 10, timings: { outcomes: { ok: 110 } } });
      expect(measured.timings.ok!.count).toBe(110);
      expect(measured.timings.ok!.minMs).toBeGreaterThan(0);
      expect(await leftOpen(newUser(), prefix)).toBe(0);
    });
  }
});

test('a service with lower limits fails the benchmark with that reason', async ({ launch }) => {
  const url = await launch({ LOG_LEVEL: 'warn', RATE_LIMIT_READ: '3/60s' }).ready;
  const benchmark = benchmarks.find(({ operation }) => operation === 'meeting.get')!;
  const measured = await measure(benchmark, options(url, 'limited-'));
  expect(measured.trouble).toContain('limited the rate');
  const context = { startedAt: new Date(), iterations: 110, concurrency: 2, targets: [] };
  expect(verdictOf(resultOf(benchmark, measured, context))).toBe('failed');
});
