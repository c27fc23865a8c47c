import { expect, test } from '@playwright/test';
import { seeded } from '../../../src/kernel/random.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { oneSecond, SlidingWindow } from '../../../src/timings/worst-window.ts';

const outcomes: readonly Outcome[] = ['ok', 'ok', 'ok', 'http 500', 'timeout', 'rate limited'];

/** The same 4000 records, once in one recorder and once dealt out to three. */
function recorded() {
  const random = seeded('merge');
  const whole = new Timings(0);
  const slices = [new Timings(0), new Timings(0), new Timings(0)];
  for (let index = 0; index < 4000; index++) {
    const endedAt = index * 3;
    const latencyMs = 1 + 200 * random() ** 3;
    const outcome = outcomes[Math.floor(random() * outcomes.length)]!;
    const name = random() < 0.3 ? 'meeting.join' : 'meeting.get';
    for (const timings of [whole, slices[index % 3]!]) {
      const startedAt = endedAt - latencyMs;
      timings.operation(name).record(outcome, startedAt, endedAt, startedAt - 2);
      if (outcome !== 'ok') timings.operation(name).failure(outcome, outcome, `sample of ${outcome}`);
    }
  }
  const travelled = slices.map((slice) => JSON.parse(JSON.stringify(slice.encode(12_000))));
  return { whole: new MergedTimings([whole.encode(12_000)]), merged: new MergedTimings(travelled) };
}

test.describe('timings of several slices', () => {
  const { whole, merged } = recorded();

  test('merges the timings of several slices into those of one recorder', () => {
    expect([...merged.operations.keys()]).toEqual([...whole.operations.keys()]);
    for (const [name, operation] of [...whole.operations, ['all', whole.actions] as const]) {
      const other = name === 'all' ? merged.actions : merged.operations.get(name)!;
      expect(other.outcomes).toEqual(operation.outcomes);
      for (const kind of ['ok', 'failed', 'response', 'lateStart'] as const) {
        const [one, two] = [operation[kind], other[kind]];
        expect([two.count, two.minMs, two.maxMs]).toEqual([one.count, one.minMs, one.maxMs]);
        const ranks = Array.from({ length: one.count }, (_, position) => position + 1);
        expect(ranks.map((rank) => two.valueAtRank(rank))).toEqual(
          ranks.map((rank) => one.valueAtRank(rank)),
        );
      }
      const counts = (from: typeof operation) =>
        [...from.causes.values()].map(({ cause, count }) => [cause, count]).sort();
      expect(counts(other)).toEqual(counts(operation));
    }
  });

  test('merges the seconds of several slices, whichever slice recorded them', () => {
    expect([...merged.windows.keys()].sort((one, other) => one - other)).toEqual([...whole.windows.keys()]);
    for (const second of whole.windows.keys()) {
      const [one, two] = [oneSecond(whole.windows.get(second)!), oneSecond(merged.windows.get(second)!)];
      expect(two.outcomes).toEqual(one.outcomes);
      expect(two.ok.count).toBe(one.ok.count);
    }
  });

  test('merges no slices into empty timings', () => {
    const { actions, operations, windows } = new MergedTimings([]);
    expect([actions.total, operations.size, windows.size]).toEqual([0, 0, 0]);
  });
});

test.describe('windows of several seconds', () => {
  const timings = new Timings(0);
  // One call in second 0, three in 2, one in 4; nothing in 1 and 3.
  for (const endedAt of [500, 2100, 2200, 2300, 4100])
    timings.operation('meeting.get').record('ok', endedAt - 7, endedAt);
  timings.operation('event.delivery').record('ok', 4100, 4200);
  const { windows } = new MergedTimings([timings.encode(4500)]);
  const counts = (seconds: number, untilSecond: number, operation?: string) => {
    const sliding = new SlidingWindow(seconds);
    const found = Array.from({ length: untilSecond }, (_, second) =>
      sliding.add(oneSecond(windows.get(second) ?? [], operation)),
    );
    return found.flatMap((window) => (window ? [[window.fromSecond, window.ok.count]] : []));
  };

  test('slides a window over every second, including quiet ones', () => {
    expect(counts(2, 5)).toEqual([
      [0, 1],
      [1, 3],
      [2, 3],
      [3, 1],
    ]);
  });

  test('ends the windows with the schedule, and has none in a shorter run', () => {
    expect(counts(2, 3)).toEqual([
      [0, 1],
      [1, 3],
    ]);
    expect(counts(6, 5)).toEqual([]);
  });

  test('limits a window to one operation when one is named', () => {
    expect(counts(2, 5, 'event.delivery')).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
  });
});
