import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@playwright/test';
import { seeded } from '../../../src/kernel/random.ts';
import { Timings } from '../../../src/timings/timings.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Heap and typed arrays after a collection, in bytes. */
function used(): number {
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('the memory of timings does not grow with the number of records', () => {
  const timings = new Timings(0);
  const operations = ['meeting.get', 'hand.raise', 'meeting.leave'].map((name) => timings.operation(name));
  const random = seeded('memory');
  let now = 0;
  const recordMany = (count: number) => {
    for (let index = 0; index < count; index++) {
      const operation = operations[index % 3]!;
      const latencyMs = 1 + 5000 * random() ** 4;
      const outcome = index % 20 === 0 ? 'http 500' : 'ok';
      operation.record(outcome, now - latencyMs, now, now - latencyMs - 1);
      if (outcome !== 'ok') operation.failure(outcome, `500 CODE_${index % 200}`, `text ${index}`);
      now += 0.001; // all within one second: closed windows are allowed to grow
    }
  };
  recordMany(100_000);
  const before = used();
  recordMany(500_000);
  const grownBytes = used() - before;
  expect(timings.encode(now).operations['meeting.get']?.outcomes.ok).toBe(190_000);
  // 2 bytes a record would be a megabyte; the collector leaves some tens of kilobytes.
  expect(grownBytes).toBeLessThan(1_000_000);
});
