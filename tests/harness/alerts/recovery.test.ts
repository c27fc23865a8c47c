import { expect, test } from '@playwright/test';
import { alertOf } from '../../../src/alerts/alert-of.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { operationOf } from '../history/records.ts';
import { bench, chaos, check, load, met, missed, missedReason, nights, regression, slow } from './records.ts';

/** The alert of each of these consecutive runs: `… bad for 2`, `… good after 1`, or `-` for no alert. */
function story(...records: HistoryRecord[]): string[] {
  const dated = nights(...records);
  return dated.map((record, index) => {
    // The order of the history must not matter.
    const earlier = dated.slice(0, index).reverse();
    const alert = alertOf({ records: [record], earlier, reports: [], when: 'degraded' });
    if (alert === undefined) return '-';
    const told = [
      ...alert.degraded.map(({ subject, runs }) => `${subject} bad for ${runs}`),
      ...alert.problems.map(() => 'problem'),
      ...alert.recovered.map(({ subject, runs }) => `${subject} good after ${runs}`),
    ];
    return told.join(', ');
  });
}

const p95 = 'latency p95 < 500 ms';
const interrupted = (record: HistoryRecord): HistoryRecord => ({ ...record, verdict: 'interrupted' });
const unsure = load({
  verdict: 'inconclusive',
  reasons: [{ kind: 'load generator', message: 'start skew 400 ms' }],
});

const stories: [string, HistoryRecord[], string[]][] = [
  ['good runs send no alert', [load(), load()], ['-', '-']],
  [
    'a target that is met again is reported as recovered once',
    [slow(), load(), load()],
    [`${p95} bad for 1`, `${p95} good after 1`, '-'],
  ],
  [
    'consecutive runs with a missed target are counted',
    [slow(), slow(), slow(), load()],
    [`${p95} bad for 1`, `${p95} bad for 2`, `${p95} bad for 3`, `${p95} good after 3`],
  ],
  [
    'a miss after a recovery starts the count again',
    [slow(), load(), slow(), load()],
    [`${p95} bad for 1`, `${p95} good after 1`, `${p95} bad for 1`, `${p95} good after 1`],
  ],
  [
    'an interrupted run neither degrades nor recovers a target',
    [slow(), interrupted(load()), load(), interrupted(slow()), load()],
    [`${p95} bad for 1`, '-', `${p95} good after 1`, '-', '-'],
  ],
  [
    'an inconclusive run is a problem, and does not recover a target',
    [slow(), unsure, load(), load()],
    [`${p95} bad for 1`, 'problem', `${p95} good after 1, verdict good after 1`, '-'],
  ],
  [
    'one of two targets recovers while the other is still missed',
    [
      slow({
        targets: [missed(), missed({ target: 'b < 1 ms' })],
        reasons: [missedReason(), missedReason('b < 1 ms')],
      }),
      slow({ targets: [missed(), met({ target: 'b < 1 ms' })] }),
      load({ targets: [met(), met({ target: 'b < 1 ms' })] }),
    ],
    [
      `${p95} bad for 1, b < 1 ms bad for 1`,
      `${p95} bad for 2, b < 1 ms good after 1`,
      `${p95} good after 2`,
    ],
  ],
  [
    'a run with other settings does not recover a target',
    [slow(), load({ settings: { CONCURRENT_USERS: 5, SEED: 1 } }), load()],
    [`${p95} bad for 1`, '-', `${p95} good after 1`],
  ],
  [
    'settings in another order or with null values count as the same',
    [slow(), load({ settings: { SEED: 1, CONCURRENT_USERS: 50, NETWORK_PROFILE: null } })],
    [`${p95} bad for 1`, `${p95} good after 1`],
  ],
  [
    'a run of another service does not recover a target',
    [slow(), load({ service: 'http://localhost:8080' })],
    [`${p95} bad for 1`, '-'],
  ],
  [
    'a run of another crowd does not recover a target',
    [slow(), load({ name: 'stampede' })],
    [`${p95} bad for 1`, '-'],
  ],
  [
    'a run on another machine or commit recovers a target',
    [slow(), load({ commit: null, machine: { ...load().machine, fingerprint: 'g' } })],
    [`${p95} bad for 1`, `${p95} good after 1`],
  ],
  [
    'a target that is no longer set does not recover',
    [slow(), load({ targets: [met({ target: 'latency p95 < 900 ms' })] })],
    [`${p95} bad for 1`, '-'],
  ],
];

for (const [name, records, expected] of stories) {
  test(name, () => {
    expect(story(...records)).toEqual(expected);
  });
}

test.describe('recovery of chaos checks', () => {
  const twice = 'nobody is twice in the roster';
  const other = check('passed', 'state after reconnect', 'reconnection storm');

  test('keeps the state of an experiment that was not run', () => {
    expect(
      story(chaos([check('failed'), other]), chaos([other]), chaos([check('passed'), other]), chaos([other])),
    ).toEqual([`${twice} bad for 1`, '-', `${twice} good after 1`, '-']);
  });

  test('recovers a check that passed before the run was interrupted', () => {
    expect(
      story(chaos([check('failed')]), interrupted(chaos([check('passed')])), chaos([check('passed')])),
    ).toEqual([`${twice} bad for 1`, `${twice} good after 1`, '-']);
  });

  test('does not recover an inconclusive check', () => {
    expect(story(chaos([check('failed')]), chaos([check('inconclusive')]), chaos([check('passed')]))).toEqual(
      [`${twice} bad for 1`, 'problem', `${twice} good after 1, verdict good after 1`],
    );
  });

  test('ignores passed checks of an aborted experiment or an unproven fault', () => {
    const fault = (verdict: 'passed' | 'inconclusive') => check(verdict, 'the fault was real');
    const broken: HistoryRecord = {
      ...chaos([check('passed')]),
      verdict: 'inconclusive' as const,
      reasons: [{ kind: 'experiment aborted', scope: 'rapid join/leave', message: 'an act: timeout' }],
    };
    const cut = interrupted(chaos([check('passed'), fault('inconclusive')]));
    expect(
      story(
        chaos([check('failed'), fault('passed')]),
        cut,
        chaos([check('passed'), fault('inconclusive')]),
        broken,
        chaos([check('passed'), fault('passed')]),
      ).map((told) => told.includes(`${twice} good`)),
    ).toEqual([false, false, false, false, true]);
  });

  test('recovers the verdict only when the inconclusive experiment runs again', () => {
    const unknown = chaos([check('inconclusive'), other]);
    const well = chaos([check('passed'), other]);
    expect(story(unknown, chaos([other]), well, well)).toEqual(['problem', '-', 'verdict good after 1', '-']);
  });

  test('tracks checks of the same name in two experiments separately', () => {
    const both = (here: 'passed' | 'failed', there: 'passed' | 'failed') =>
      chaos([check(here, 'capacity', 'a'), check(there, 'capacity', 'b')]);
    expect(story(both('failed', 'passed'), both('passed', 'failed'))).toEqual([
      'capacity bad for 1',
      'capacity bad for 1, capacity good after 1',
    ]);
  });
});

test.describe('recovery of regressions', () => {
  const metric = 'meeting.get p50';

  test('recovers a metric that is measured and no longer flagged', () => {
    expect(story(bench([regression()]), bench(), bench())).toEqual([
      `${metric} bad for 1`,
      `${metric} good after 1`,
      '-',
    ]);
  });

  test('does not recover a metric that was not measured', () => {
    const without = bench([], {
      operations: { health: operationOf([1, 2, 3]), 'meeting.get': operationOf([], { timeout: 3 }) },
    });
    expect(story(bench([regression()]), without, bench())).toEqual([
      `${metric} bad for 1`,
      '-',
      `${metric} good after 1`,
    ]);
  });

  test('does not recover a metric that was not compared with the same past', () => {
    const inSeries = regression({ against: 'series' });
    const alone = bench([], { compared: { baseline: [], series: [] } });
    const older = bench([], { compared: undefined });
    const bySeries = bench([], { compared: { baseline: [], series: [metric] } });
    const byBaseline = bench([], { compared: { baseline: [metric], series: [] } });
    expect(story(bench([regression()]), alone, older, bySeries, byBaseline)).toEqual([
      `${metric} bad for 1`,
      '-',
      '-',
      '-',
      `${metric} good after 1`,
    ]);
    expect(story(bench([inSeries]), byBaseline, bySeries)).toEqual([
      `${metric} bad for 1`,
      '-',
      `${metric} good after 1`,
    ]);
  });

  test('recovers a figure only when a run has that figure', () => {
    const figures = { throughput: { value: 50, unit: '/s', better: 'higher' as const } };
    const worse = regression({ metric: 'throughput', unit: '/s', before: 50, after: 30, ratio: 0.6 });
    expect(story(bench([worse]), bench(), bench([], { figures }))).toEqual([
      'throughput bad for 1',
      '-',
      'throughput good after 1',
    ]);
  });
});

test('a phase that was not run keeps its alert state', () => {
  const [first, second, third] = [
    nights(slow())[0]!,
    { ...nights(load(), bench())[1]! },
    { ...nights(load(), load(), load())[2]! },
  ];
  const at = (record: HistoryRecord, ...earlier: HistoryRecord[]) =>
    alertOf({ records: [record], earlier, reports: [], when: 'degraded' });
  expect(at(second, first)).toBeUndefined();
  expect(at(third, first, second)).toMatchObject({ status: 'recovered', headline: '1 recovered' });
});

test('records of the current run do not count as earlier runs', () => {
  const [before, now] = nights(slow(), load()) as [HistoryRecord, HistoryRecord];
  const alert = alertOf({ records: [now], earlier: [before, now], reports: [], when: 'degraded' });
  expect(alert?.recovered).toMatchObject([{ subject: p95, runs: 1, since: before.at }]);
});
