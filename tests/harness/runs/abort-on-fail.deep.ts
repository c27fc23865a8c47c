import { expect, test } from '@playwright/test';
import { run } from './run.ts';

test('ABORT_ON_FAIL stops a load run after a missed target, with a report', async () => {
  const { code, summary } = await run({
    TARGETS: 'avg < 0.01 ms',
    ABORT_ON_FAIL: '1',
    TEST_DURATION: '600',
  });
  expect(code).toBe(1);
  const messages = summary!.reasons.map(({ message }) => message).join('\n');
  expect(messages).toMatch(/^latency avg was .*\n(.*\n)*stopped early: target "avg < 0\.01 ms"/);
  // The run ended before the end of its schedule.
  expect(summary!.run.durationS).toBeLessThan(600);
  expect(summary!.slices.every(({ state }) => state === 'finished')).toBe(true);
});
