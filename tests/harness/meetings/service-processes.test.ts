import { expect, test } from '@playwright/test';
import { answerers, isSameProcess } from '../../../src/meetings/service-processes.ts';
import type { ServiceSample } from '../../../src/meetings/service-sample.ts';

const RUN_STARTED = '2026-11-23T14:00:00.000Z';
const S = Date.parse(RUN_STARTED) / 1000;

/** Readings a second apart: the start of the process that answered, in seconds after that of the run, and its counts. */
function readings(...each: readonly (readonly [start: number | null, count: number, cpuS?: number])[]) {
  return each.map(
    ([start, count, cpuS = null], index): ServiceSample => ({
      atMs: index * 1000,
      processStart: start === null ? null : S + start,
      calls: { count, sumS: count / 100, buckets: [] },
      cpuS: cpuS as number | null,
      memoryBytes: null,
      loopDelayMs: null,
      connections: null,
      waitingForDatabase: null,
    }),
  );
}

const cases: [string, ServiceSample[], object][] = [
  ['one process', readings([-500, 1], [-500, 5], [-500, 5], [-500, 9]), { kind: 'one' }],
  ['nothing that is read', [], { kind: 'one' }],
  ['one that says nothing of its start', readings([null, 1], [null, 5]), { kind: 'one' }],
  [
    'a start that is rounded differently each time',
    readings([-500, 1], [-499, 5], [-500, 9]),
    { kind: 'one' },
  ],
  ['a restart in the run', readings([-500, 90], [-500, 95], [3, 2], [3, 9]), { kind: 'restarted', times: 1 }],
  ['two restarts', readings([-500, 90], [3, 2], [9, 1]), { kind: 'restarted', times: 2 }],
  [
    'a restart of one that says nothing of its start',
    readings([null, 90], [null, 2], [null, 9]),
    { kind: 'restarted', times: 1 },
  ],
  [
    'two that take turns',
    readings([-500, 90], [-400, 50], [-500, 95], [-400, 56]),
    { kind: 'several', count: 2 },
  ],
  [
    'three that take turns',
    readings([-500, 9], [-400, 5], [-300, 5], [-500, 9]),
    { kind: 'several', count: 3 },
  ],
  ['an older one after a younger one', readings([-400, 50], [-500, 90]), { kind: 'several', count: 2 }],
  [
    'another one that was there before the run',
    readings([-500, 90], [-400, 50]),
    { kind: 'several', count: 2 },
  ],
  [
    'a restart, and a clock that is a minute behind',
    readings([-500, 90], [-55, 2]),
    { kind: 'restarted', times: 1 },
  ],
  [
    'workers of one start whose counters go back',
    readings([-500, 90], [-500, 50], [-500, 95]),
    { kind: 'several', count: null },
  ],
  [
    'workers of one start whose CPU time goes back',
    readings([-500, 9, 3], [-500, 9, 2]),
    { kind: 'several', count: null },
  ],
  [
    'two that say nothing of their start',
    readings([null, 90], [null, 50], [null, 95], [null, 56]),
    { kind: 'several', count: null },
  ],
];

test.describe('Which processes answered /metrics?', () => {
  for (const [name, samples, expected] of cases)
    test(name, () => {
      expect(answerers(samples, RUN_STARTED)).toEqual(expected);
    });

  test('processes are the same by their start, up to rounding', () => {
    expect(isSameProcess(null, null)).toBe(true);
    expect(isSameProcess(5, 6)).toBe(true);
    expect(isSameProcess(5, 6.5)).toBe(false);
    expect(isSameProcess(5, null)).toBe(false);
  });
});
