import { expect, test } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import { VirtualClock } from './virtual-clock.ts';

test.describe('The clock of this machine', () => {
  test('never resolves before the due time, also for fractions of a millisecond', async () => {
    for (let index = 0; index < 60; index++) {
      const due = systemClock.now() + index / 7;
      await systemClock.until(due);
      expect(systemClock.now()).toBeGreaterThanOrEqual(due);
    }
  });

  test('resolves a past due time without a turn of the event loop', async () => {
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    await systemClock.until(systemClock.now() - 1000);
    expect(turned).toBe(false);
  });

  test('rejects a wait that is aborted before it or during it', async () => {
    const far = systemClock.now() + 3_600_000;
    const reason = new Error('over');
    await expect(systemClock.until(far, AbortSignal.abort(reason))).rejects.toThrow('over');
    const middle = new AbortController();
    const waiting = systemClock.until(far, middle.signal);
    middle.abort(reason);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('waits for months without a timer overflow', async () => {
    const end = new AbortController();
    const waiting = systemClock.until(systemClock.now() + 2 ** 33, end.signal);
    let fired = false;
    waiting.then(
      () => {
        fired = true;
      },
      () => undefined,
    );
    await systemClock.until(systemClock.now() + 20);
    end.abort();
    await expect(waiting).rejects.toThrow();
    expect(fired).toBe(false);
  });

  test('uses the monotonic clock that all processes share', () => {
    const [before, now, after] = [process.hrtime.bigint(), systemClock.now(), process.hrtime.bigint()];
    // The two clocks are read one after the other, within 0.1 ms, which does not matter to a schedule.
    expect(now).toBeGreaterThan(Number(before) / 1e6 - 0.1);
    expect(now).toBeLessThan(Number(after) / 1e6 + 0.1);
  });
});

test.describe('The virtual clock of the tests', () => {
  test('wakes waiters in order at their exact due times, and not after the end', async () => {
    const clock = new VirtualClock(100);
    const woken: [string, number][] = [];
    const sleep = async (name: string, due: number) => {
      await clock.until(due);
      woken.push([name, clock.now()]);
      if (name === 'first') await sleep('again', 150.5);
    };
    void sleep('last', 300);
    void sleep('first', 120);
    void sleep('second', 200);
    await clock.advanceTo(250);
    expect(woken).toEqual([
      ['first', 120],
      ['again', 150.5],
      ['second', 200],
    ]);
    expect(clock.now()).toBe(250);
    expect(clock.waiting).toBe(1);
  });

  test('throws when no waiter is left and the work is not done', async () => {
    const forever = new Promise(() => undefined);
    await expect(new VirtualClock().runUntil(forever)).rejects.toThrow('nothing waits for time');
  });
});
