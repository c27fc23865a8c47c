import { expect, test } from '@playwright/test';
import { answerers, isSameProcess } from '../../../src/meetings/service-processes.ts';
import type { ServiceSample } from '../../../src/meetings/service-sample.ts';

const RUN_STARTED = '2026-11-23T14:00:00.000Z';
const S = Date.parse(RUN_STARTED) / 1000;

/**
 * Samples one second apart: the start of the answering process, in seconds after the start of the run, and its counts.
 */
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
  ['no samples as one process', [], { kind: 'one' }],
  ['one process without a start time', readings([null, 1], [null, 5]), { kind: 'one' }],
  [
    'one process whose start time is rounded differently',
    readings([-500, 1], [-499, 5], [-500, 9]),
    { kind: 'one' },
  ],
  [
    'a restart during the run',
    readings([-500, 90], [-500, 95], [3, 2], [3, 9]),
    { kind: 'restarted', times: 1 },
  ],
  ['two restarts', readings([-500, 90], [3, 2], [9, 1]), { kind: 'restarted', times: 2 }],
  [
    'a restart without a start time',
    readings([null, 90], [null, 2], [null, 9]),
    { kind: 'restarted', times: 1 },
  ],
  [
    'two processes that take turns',
    readings([-500, 90], [-400, 50], [-500, 95], [-400, 56]),
    { kind: 'several', count: 2 },
  ],
  [
    'three processes that take turns',
    readings([-500, 9], [-400, 5], [-300, 5], [-500, 9]),
    { kind: 'several', count: 3 },
  ],
  ['an older process after a younger one', readings([-400, 50], [-500, 90]), { kind: 'several', count: 2 }],
  [
    'a second process that started before the run',
    readings([-500, 90], [-400, 50]),
    { kind: 'several', count: 2 },
  ],
  [
    'a restart with a clock that is a minute behind',
    readings([-500, 90], [-55, 2]),
    { kind: 'restarted', times: 1 },
  ],
  [
    'workers with one start time whose counters go back',
    readings([-500, 90], [-500, 50], [-500, 95]),
    { kind: 'several', count: null },
  ],
  [
    'workers with one start time whose CPU time goes back',
    readings([-500, 9, 3], [-500, 9, 2]),
    { kind: 'several', count: null },
  ],
  [
    'two processes without a start time',
    readings([null, 90], [null, 50], [null, 95], [null, 56]),
    { kind: 'several', count: null },
  ],
];

test.describe('Which processes answered /metrics?', () => {
  for (const [name, samples, expected] of cases)
    test(`recognises ${name}`, () => {
      expect(answerers(samples, RUN_STARTED)).toEqual(expected);
    });

  test('compares processes by start time, up to rounding', () => {
    expect(isSameProcess(null, null)).toBe(true);
    expect(isSameProcess(5, 6)).toBe(true);
    expect(isSameProcess(5, 6.5)).toBe(false);
    expect(isSameProcess(5, null)).toBe(false);
  });
});
