import { expect, test } from '@playwright/test';
import { exchangeLoss } from '../../../src/faults/exchange-loss.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { achievedLoss } from '../../../src/network/achieved.ts';
import { outcomeOfError } from '../../../src/request-context/failure.ts';
import { LossyContext } from '../../../src/request-context/lossy-context.ts';
import { VirtualClock } from '../kernel/virtual-clock.ts';
import { fakeContext, success } from '../meetings/fake-context.ts';

const TIMEOUT_MS = 150;

/** A lossy context whose service counts its calls, and answers after `afterMs`. */
function lossy({ seed = 1, afterMs = 0 } = {}) {
  const clock = new VirtualClock();
  const service = { heard: 0 };
  const direct = fakeContext(clock, () => {
    service.heard += 1;
    return { ...success(), afterMs };
  });
  const context = new LossyContext(direct, { random: seeded(seed, 'test'), clock, timeoutMs: TIMEOUT_MS });
  const call = async () => {
    const calledAt = clock.now();
    const ended = context.fetch('/meetings').then(
      () => 'ok',
      (error: unknown) => outcomeOfError(error),
    );
    return { outcome: await clock.runUntil(ended), tookMs: clock.now() - calledAt };
  };
  const calls = async (count: number) => {
    const outcomes: string[] = [];
    for (let number = 0; number < count; number++) outcomes.push((await call()).outcome);
    return outcomes;
  };
  return { context, service, call, calls, clock };
}

test.describe('the loss of HTTP exchanges', () => {
  for (const percent of [5, 30, 70, 90]) {
    test(`loses ${percent}% of the exchanges, by their requests and by their answers`, async () => {
      const { context, service, calls } = lossy();
      context.lose(percent);
      const outcomes = await calls(2000);
      const { exchanges, lostRequests, lostAnswers } = context.counts;
      const failed = outcomes.filter((outcome) => outcome === 'timeout').length;
      expect({ exchanges, lost: lostRequests + lostAnswers }).toEqual({ exchanges: 2000, lost: failed });
      expect(achievedLoss(percent, failed, 2000)).toMatchObject({ agrees: true });
      // The service receives all calls but the lost requests; it also handles calls whose answer is lost.
      expect(service.heard).toBe(2000 - lostRequests);
      const message = 100 * (1 - Math.sqrt(1 - percent / 100));
      expect(achievedLoss(message, lostRequests, 2000)).toMatchObject({ agrees: true });
      expect(achievedLoss(message, lostAnswers, service.heard)).toMatchObject({ agrees: true });
    });
  }

  test('loses nothing at 0% and everything at 100%', async () => {
    const { context, service, calls } = lossy();
    context.lose(0);
    expect(new Set(await calls(300))).toEqual(new Set(['ok']));
    expect(context.counts).toEqual({ exchanges: 300, lostRequests: 0, lostAnswers: 0 });
    context.lose(100);
    expect(new Set(await calls(300))).toEqual(new Set(['timeout']));
    expect(context.counts).toEqual({ exchanges: 300, lostRequests: 300, lostAnswers: 0 });
    expect(service.heard).toBe(300);
  });

  test('makes a lost exchange take the whole timeout, or as long as its answer', async () => {
    const quick = lossy({ afterMs: 20 });
    quick.context.lose(70);
    for (let number = 0; number < 50; number++) {
      const { outcome, tookMs } = await quick.call();
      expect(tookMs).toBe(outcome === 'ok' ? 20 : TIMEOUT_MS);
    }
    const slow = lossy({ afterMs: 400 });
    slow.context.lose(50);
    const durations = new Set<number>();
    for (let number = 0; number < 50; number++) durations.add((await slow.call()).tookMs);
    expect(durations).toEqual(new Set([400, TIMEOUT_MS]));
  });

  test('loses the same exchanges with the same seed, and others with another seed', async () => {
    const outcomes = async (seed: number) => {
      const { context, calls } = lossy({ seed });
      context.lose(40);
      return calls(60);
    };
    expect(await outcomes(7)).toEqual(await outcomes(7));
    expect(await outcomes(7)).not.toEqual(await outcomes(8));
  });

  test('loses and counts nothing before the loss and after the heal', async () => {
    const { context, calls } = lossy();
    expect(new Set(await calls(20))).toEqual(new Set(['ok']));
    expect(context.counts.exchanges).toBe(0);
    context.lose(100);
    await calls(3);
    context.heal();
    expect(new Set(await calls(20))).toEqual(new Set(['ok']));
    expect(context.counts).toEqual({ exchanges: 3, lostRequests: 3, lostAnswers: 0 });
  });

  test('ends a lost call when the context is disposed', async () => {
    const { context, clock } = lossy();
    context.lose(100);
    const waiting = context.post('/meetings?token=secret').catch((error: Error) => error);
    await clock.advanceTo(TIMEOUT_MS - 1);
    await context.dispose();
    const error = await waiting;
    expect(outcomeOfError(error)).toBe('aborted');
    expect(String(error)).toContain('POST /meetings: ');
    expect(clock.waiting).toBe(0);
  });

  test('names the call in the error of a lost call, and hides its query', async () => {
    const { context, clock } = lossy();
    context.lose(100);
    const lost = context.get('/meetings?token=secret').catch((error: Error) => String(error));
    expect(await clock.runUntil(lost)).toBe('RequestError: GET /meetings: no answer within 150 ms (lost)');
  });
});

test.describe('the exchange loss of one level', () => {
  test('applies to all users together, with one random stream for each', async () => {
    const clock = new VirtualClock();
    const layer = exchangeLoss({ seed: 1, clock, timeoutMs: TIMEOUT_MS, attempts: 60 });
    const routes = await layer.open('thirty');
    const users = [1, 2].map((number) =>
      routes.wrap!(
        number,
        fakeContext(clock, () => success()),
      ),
    );
    const outcomes = async (user: (typeof users)[number]) => {
      const found: string[] = [];
      for (let number = 0; number < 40; number++) {
        const call = user.fetch('/').then(
          () => 'ok',
          () => 'lost',
        );
        found.push(await clock.runUntil(call));
      }
      return found;
    };
    await routes.lose(50);
    const [first, second] = [await outcomes(users[0]!), await outcomes(users[1]!)];
    expect(first).not.toEqual(second);
    const lost = [...first, ...second].filter((outcome) => outcome === 'lost').length;
    expect(await routes.counts()).toMatchObject({ lost, of: 80 });
    await routes.heal();
    expect(new Set(await outcomes(users[0]!))).toEqual(new Set(['ok']));
    expect((await routes.counts()).of).toBe(80);
  });

  test('expects an operation to succeed unless all its attempts are lost', () => {
    const layer = exchangeLoss({ seed: 1, clock: new VirtualClock(), timeoutMs: 1, attempts: 3 });
    expect([0, 50, 100].map(layer.expectedShare)).toEqual([1, 0.875, 0]);
  });
});
