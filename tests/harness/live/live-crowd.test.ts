import { expect, test } from '@playwright/test';
import { judge } from '../../../src/targets/judge.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { percentile } from '../../../src/timings/percentile.ts';
import { FedRun, FedSlice } from './fed-run.ts';

const crowdOf = (run: FedRun) => run.live.crowds[0]!;

test.describe('a live crowd', () => {
  test('merges the timings of all slices like the final report', () => {
    const run = new FedRun();
    const [one, other] = run.slices as [FedSlice, FedSlice];
    const reports = [
      one.second([{ latencyMs: 10, count: 60 }]),
      other.second(
        [
          { latencyMs: 90, count: 40 },
          { outcome: 'http 503', count: 3 },
        ],
        7,
      ),
    ];
    for (const report of reports) run.live.report(report);
    const merged = new MergedTimings(reports.map(({ timings }) => timings));
    const { timings, users } = crowdOf(run);
    expect(users).toBe(12);
    expect(timings.actions.total).toBe(103);
    expect(timings.actions.outcomes).toEqual(merged.actions.outcomes);
    expect(percentile(timings.actions.ok, 0.95)).toEqual(percentile(merged.actions.ok, 0.95));
    expect([...timings.operations.get('meeting.get')!.causes.values()]).toMatchObject([
      { cause: 'cause of http 503', count: 3 },
    ]);
  });

  test('closes a second once, after every slice has reported it', () => {
    const run = new FedRun();
    const [one, other] = run.slices as [FedSlice, FedSlice];
    run.live.report(one.second([{ count: 10 }]));
    expect(crowdOf(run).seconds).toEqual([]);
    run.live.report(other.second([{ count: 5 }]));
    expect(crowdOf(run).seconds).toMatchObject([{ second: 0, users: 10, total: 15, failed: 0 }]);
    // The last report of a slice repeats all its windows.
    run.live.report(one.second([{ count: 10 }], 0, true));
    run.live.report(other.second([{ count: 5 }], 0, true));
    expect(crowdOf(run).seconds.map(({ total }) => total)).toEqual([15, 15]);
  });

  test('closes seconds without a silent slice, and does not change them after its late report', () => {
    const run = new FedRun();
    const [one, other] = run.slices as [FedSlice, FedSlice];
    run.live.report(other.second([{ count: 5 }]));
    for (let second = 0; second < 6; second++) run.live.report(one.second([{ count: 10 }]));
    expect(crowdOf(run).seconds.map(({ total }) => total)).toEqual([15, 10, 10]);
    run.live.report(other.second([{ count: 7 }]));
    run.live.crowdOver('crowd');
    expect(crowdOf(run).seconds.map(({ total }) => total)).toEqual([15, 10, 10, 10, 10, 10]);
    // The totals include the late report.
    expect(crowdOf(run).timings.actions.total).toBe(72);
  });

  test('records a second without calls', () => {
    const run = new FedRun({ slices: 1 });
    run.second([{}]);
    run.second([], { users: 0 });
    run.second([{ count: 2 }]);
    expect(crowdOf(run).seconds.map(({ total }) => total)).toEqual([30, 0, 2]);
  });

  test('gives percentiles of the last ten seconds if there are enough samples', () => {
    const run = new FedRun({ slices: 1 });
    run.second([{ latencyMs: 500, count: 10 }]);
    expect(crowdOf(run).seconds.at(-1)).toMatchObject({ p95Ms: null, p99Ms: null });
    for (let second = 0; second < 9; second++) run.second([{ latencyMs: 10, count: 10 }]);
    expect(crowdOf(run).seconds.at(-1)!.p99Ms).toBeCloseTo(500, -1);
    run.second([{ latencyMs: 10, count: 10 }]);
    expect(crowdOf(run).seconds.at(-1)!.p99Ms).toBeCloseTo(10, 0);
  });

  test('keeps only the seconds of the last hour', () => {
    const run = new FedRun({ slices: 1 });
    for (let second = 0; second < 3605; second++) run.live.report(run.slices[0]!.second([{ count: 1 }]));
    const { seconds } = crowdOf(run);
    expect([seconds.length, seconds[0]!.second]).toEqual([3600, 5]);
  });

  test('changes its phase from arriving to finishing to over', () => {
    const run = new FedRun({ slices: 1 });
    run.second();
    expect(crowdOf(run).phase).toBe('participants arrive');
    for (let second = 0; second < 20; second++) run.second();
    expect(crowdOf(run).phase).toBe('participants finish');
    run.live.crowdOver('crowd');
    expect(crowdOf(run).phase).toBe('over');
  });
});

test.describe('the targets of a live crowd', () => {
  const states = (run: FedRun) => crowdOf(run).targets.map(({ state }) => state);
  const texts = (run: FedRun) => run.live.log.since(0).map(({ text }) => text);

  test('are logged once for each change between met and missed', () => {
    const run = new FedRun();
    run.second([{ latencyMs: 10, count: 50 }]);
    expect(states(run)).toEqual(['met', 'met']);
    expect(texts(run)).toEqual([]);
    run.second([{ latencyMs: 300, count: 50 }]);
    run.second([{ latencyMs: 300, count: 50 }]);
    expect(states(run)).toEqual(['missed', 'met']);
    expect(texts(run)).toEqual(['p95 < 100 ms: missed, 300 ms']);
    run.second([{ latencyMs: 10, count: 2000 }]);
    expect(states(run)).toEqual(['met', 'met']);
    expect(texts(run)).toEqual(['p95 < 100 ms: missed, 300 ms', 'p95 < 100 ms: met, 10.0 ms']);
  });

  test('wait for the first call, and are missed if all calls fail', () => {
    const run = new FedRun({
      targets: 'meeting.leave p95 < 1 s; meeting.join p95 < 1 s; worst 5 s error rate < 5 %',
    });
    run.second([{ name: 'meeting.join', outcome: 'http 500' }]);
    expect(states(run)).toEqual(['waiting', 'missed', 'waiting']);
  });

  test('wait for more samples, and are inconclusive with too few of them only at the end', () => {
    const run = new FedRun({ slices: 1, targets: 'p99 < 100 ms' });
    run.second([{ count: 30 }]);
    expect(states(run)).toEqual(['waiting']);
    expect(run.live.crowds[0]!.targets[0]).toMatchObject({ note: '30 samples, 100 needed' });
    run.live.crowdOver('crowd');
    expect(states(run)).toEqual(['inconclusive']);
  });

  test('have the same worst window as the final judgement', () => {
    const target = 'worst 3 s p95 < 100 ms';
    const run = new FedRun({ slices: 1, targets: target });
    for (const latencyMs of [10, 10, 80, 250, 10, 10, 10, 10]) run.second([{ latencyMs, count: 30 }]);
    const [live] = crowdOf(run).targets;
    // The same calls, judged from the windows of a whole report.
    const again = new FedSlice(1, 1);
    let last = again.second([{ latencyMs: 10, count: 30 }]);
    for (const [index, latencyMs] of [10, 80, 250, 10, 10, 10, 10].entries())
      last = again.second([{ latencyMs, count: 30 }], 5, index === 6);
    expect(live).toEqual(
      judge(run.live.facts.targets[0]!, new MergedTimings([last.timings]), { scheduleS: 8 }),
    );
    expect(live).toMatchObject({ state: 'missed', note: 'worst from second 1 to 4' });
  });

  test('ignore the seconds after the schedule in worst windows', () => {
    const run = new FedRun({ slices: 1, targets: 'worst 5 s error rate < 5 %' });
    for (let second = 0; second < 20; second++) run.second();
    for (let second = 0; second < 6; second++) run.second([{ outcome: 'reset' }]);
    expect(states(run)).toEqual(['met']);
  });

  test('are judged by response times if they name response times', () => {
    const run = new FedRun({ targets: 'response p95 < 100 ms' });
    run.second([{ latencyMs: 300 }]);
    expect(crowdOf(run).targets).toMatchObject([{ state: 'missed', value: expect.closeTo(300, 0) }]);
  });
});
