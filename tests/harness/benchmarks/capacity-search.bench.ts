import { expect, test } from '@playwright/test';
import { realSearch } from '../steering/capacity/real-search.ts';

const RUNS = 10;
const WORK_MS = 5;
const TRUE_CAPACITY = 1000 / WORK_MS;
/** A search that finds this much less or more than the capacity is not exact. */
const EXACT_PERCENT = 10;
/** A promise may be too large by this much. */
const TOO_MUCH_PERCENT = 5;

test(`How exact is a capacity search? ${RUNS} real searches of ${TRUE_CAPACITY} calls per second`, async () => {
  test.setTimeout(RUNS * 12 * 60_000);
  const errors: number[] = [];
  console.log('search  holds  breaks   error  duration  ended by');
  for (let search = 1; search <= RUNS; search++) {
    const startedAt = performance.now();
    const { capacity } = await realSearch({
      workMs: WORK_MS,
      settings: { CAPACITY_FOR: '10m', SEED: String(search) },
    });
    const { holds, breaks, endedBy } = capacity.answer!;
    const error = (((holds ?? 0) - TRUE_CAPACITY) / TRUE_CAPACITY) * 100;
    errors.push(error);
    const minutes = (performance.now() - startedAt) / 60_000;
    console.log(
      [
        String(search).padStart(6),
        String(holds ?? '–').padStart(5),
        String(breaks ?? '–').padStart(6),
        `${error.toFixed(1)}%`.padStart(6),
        `${minutes.toFixed(1)} min`.padStart(8),
        endedBy,
      ].join('  '),
    );
  }
  expect(Math.max(...errors)).toBeLessThanOrEqual(TOO_MUCH_PERCENT);
  const exact = errors.filter((error) => Math.abs(error) <= EXACT_PERCENT);
  expect(exact.length).toBeGreaterThanOrEqual(0.9 * RUNS);
});
