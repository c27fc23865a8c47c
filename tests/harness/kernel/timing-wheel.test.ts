import { expect, test } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import { TimingWheel } from '../../../src/kernel/timing-wheel.ts';

const { now } = systemClock;

test.describe('The timing wheel', () => {
  test('calls back in order of due time and never early, over more than one turn', async () => {
    const wheel = new TimingWheel(now);
    const start = now();
    const called: number[] = [];
    const early: number[] = [];
    const waits = [4200, 30, 0.4, 12.5, 12.1, 30].map(
      (ms) =>
        new Promise<void>((resolve) => {
          wheel.at(start + ms, () => {
            called.push(ms);
            if (now() < start + ms) early.push(ms);
            resolve();
          });
        }),
    );
    await Promise.all(waits);
    expect(called.map(Math.floor)).toEqual([0, 12, 12, 30, 30, 4200]);
    expect(early).toEqual([]);
    expect(wheel.waiting).toBe(0);
  });

  test('does not call a cancelled callback, also when a callback of the same instant cancels it', async () => {
    const wheel = new TimingWheel(now);
    const called: string[] = [];
    const due = now() + 5;
    wheel.at(due, () => {
      called.push('first');
      second.cancel();
    });
    const second = wheel.at(due, () => called.push('second'));
    wheel.at(due, () => called.push('third'));
    wheel.after(1, () => called.push('never')).cancel();
    await systemClock.until(due + 10);
    expect(called).toEqual(['first', 'third']);
    second.cancel();
    expect(wheel.waiting).toBe(0);
  });

  test('calls a callback that another callback adds in a later turn', async () => {
    const wheel = new TimingWheel(now);
    let turns = 0;
    await new Promise<void>((resolve) => {
      const again = () => {
        turns += 1;
        if (turns === 5) resolve();
        else wheel.after(0, again);
      };
      wheel.after(0, again);
    });
    expect(turns).toBe(5);
  });

  test('calls all due callbacks after a block of the event loop', async () => {
    const wheel = new TimingWheel(now);
    const called = new Set<number>();
    const start = now();
    for (let ms = 0; ms < 100; ms++) wheel.at(start + ms, () => called.add(ms));
    while (now() < start + 60);
    await systemClock.until(start + 110);
    expect(called.size).toBe(100);
  });

  test('ends 10 000 waits on one signal at once, with one listener for all', async () => {
    const end = new AbortController();
    let listeners = 0;
    const add = end.signal.addEventListener.bind(end.signal);
    end.signal.addEventListener = ((...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    }) as typeof add;
    const waits = Array.from({ length: 10_000 }, () => systemClock.until(now() + 3_600_000, end.signal));
    end.abort(new Error('over'));
    const ended = await Promise.allSettled(waits);
    expect(ended.every(({ status }) => status === 'rejected')).toBe(true);
    expect(listeners).toBe(1);
  });
});
