import { availableParallelism } from 'node:os';
import { test } from '../../fixtures/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { ProcessorTimes } from '../../src/kernel/processor-times.ts';

/** Long enough to see a build that runs beside. */
const WATCHED_MS = 1000;

test.describe('Does this machine have time for a measurement?', () => {
  test('what other processes use of it is told', async () => {
    const times = new ProcessorTimes();
    await systemClock.until(systemClock.now() + WATCHED_MS);
    test.info().annotations.push({
      type: 'machine',
      description: `${times.use().idle.toFixed(2)} of ${availableParallelism()} cores had nothing to do before anything was measured`,
    });
  });
});
