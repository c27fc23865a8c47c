import { delaysFitPolicy } from '../../../src/checks/catalogue.ts';
import { evidenceLines } from '../../../src/checks/evidence.ts';
import { judgeHistory } from '../../../src/checks/judge.ts';
import { Ledger } from '../../../src/checks/ledger.ts';
import { Cohort } from '../../../src/experiments/cohort.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { type ReconnectPolicy, socketIoDefaults } from '../../../src/meetings/reconnect-policy.ts';
import { Link } from '../../../src/network/link/link.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { accessOf } from '../meetings/access-of.ts';
import { expect, test } from '../service/service-fixture.ts';

/** The history of one user with a policy: the connection is cut, refused for a while, and accepted again. */
async function cutAndRefused(url: string, policy: ReconnectPolicy, attempts: number) {
  const clock = systemClock;
  const ledger = new Ledger(() => clock.now());
  const timings = new Timings(clock.now());
  const prefix = `retry-${process.pid}-${Date.now() % 1e6}`;
  const cohort = new Cohort({
    serviceUrl: url,
    socketUrl: url,
    access: await accessOf(),
    prefix,
    ledger,
    timings,
    clock,
    timeoutMs: 30_000,
    offers: {},
  });
  await using link = await Link.start({ upstream: url, seed: 1 });
  const path = await link.open('user');
  const meeting = await cohort.meeting(10);
  try {
    const [user] = await cohort.open(meeting, 1, { route: async () => path, policy });
    expect(await user!.arrive()).toBeUndefined();
    const refusal = await path.inflict({ kind: 'refusing' }, { ttlMs: 30_000 });
    await path.reset();
    const tried = () =>
      ledger.entries.filter((entry) => entry.type === 'socket' && entry.change === 'attempt').length;
    await expect.poll(tried, { timeout: 30_000 }).toBeGreaterThanOrEqual(attempts);
    await refusal.heal();
    await expect.poll(() => user!.isBack, { timeout: 30_000 }).toBe(true);
    ledger.close();
    return ledger.entries;
  } finally {
    ledger.close();
    await cohort.close();
  }
}

// On a busy machine, timers are late. These tests look for clients that are too early.
const policyIsKept = delaysFitPolicy({ policy: socketIoDefaults, lateMs: 30_000 });

test.describe('the retry delays of real clients', () => {
  test('keeps the retry policy with the defaults of Socket.IO', async ({ url }) => {
    const history = await cutAndRefused(url, socketIoDefaults, 2);
    expect(judgeHistory(policyIsKept, history)).toMatchObject({ verdict: 'passed' });
  });

  test('finds a client that retries at once', async ({ url }) => {
    const impatient = { kind: 'socket.io', delayMs: 20, maxMs: 20, factor: 0 } as const;
    const history = await cutAndRefused(url, impatient, 5);
    const { verdict, evidence } = judgeHistory(policyIsKept, history);
    expect(verdict).toBe('failed');
    expect(evidenceLines(evidence)[0]).toMatch(
      /waited \d+ ms before attempt 1, which its policy does not allow/,
    );
  });
});
