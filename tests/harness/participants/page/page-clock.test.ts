import { expect, test } from '@playwright/test';
import { PageClock } from '../../../../src/participants/page/page-clock.ts';
import { VirtualClock } from '../../kernel/virtual-clock.ts';

/** Reads a page whose clock began at `origin` of the shared one; the answer takes `backMs` of the whole `ms`. */
function reading(clock: VirtualClock, page: PageClock, origin: number) {
  return (ms: number, backMs: number) =>
    page.read(async () => {
      await clock.advanceTo(clock.now() + ms - backMs);
      const answer = { now: clock.now() - origin };
      await clock.advanceTo(clock.now() + backMs);
      return answer;
    });
}

test('combines readings to bound the clock offset more tightly than the best reading', async () => {
  const clock = new VirtualClock();
  const page = new PageClock(clock);
  const read = reading(clock, page, 40);
  await clock.advanceTo(100);
  await read(20, 18);
  expect(page.uncertaintyMs).toBe(10);
  // The request is slow now, the answer is not.
  await read(20, 1);
  expect(page.uncertaintyMs).toBe(1.5);
  expect(Math.abs(page.shared(10) - 50)).toBeLessThanOrEqual(page.uncertaintyMs);
});

test('a slow reading does not widen the bounds of the clock offset', async () => {
  const clock = new VirtualClock();
  const page = new PageClock(clock);
  const read = reading(clock, page, 0);
  await read(2, 1);
  await read(5000, 2500);
  expect(page.uncertaintyMs).toBe(1);
});
