import { expect, test } from '@playwright/test';
import { recordOfBenchmarks } from '../../../src/benchmarks/record.ts';
import type { BenchmarkResult } from '../../../src/benchmarks/result.ts';
import { viewsAgree } from '../../../src/checks/catalogue.ts';
import { ExperimentRecord } from '../../../src/experiments/experiment-record.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { recordOfChaos } from '../../../src/results/records/chaos.ts';
import { recordOfLoad } from '../../../src/results/records/load.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { health } from '../crowd/slice-reports.ts';
import { operationOf } from '../history/records.ts';
import {
  circumstances,
  record as crowdRecord,
  fine,
  report,
  summaryOf,
} from '../results/summary/crowd-records.ts';
import { alertFor } from './alerts.ts';
import { nights, regression } from './records.ts';

const { facts } = circumstances();

/** The alert about the last of these consecutive runs, in short. */
function told(...runs: HistoryRecord[]) {
  const dated = nights(...runs);
  const alert = alertFor([dated.at(-1)!], dated.slice(0, -1));
  return {
    status: alert.status,
    degraded: alert.degraded.map(({ kind, subject }) => `${kind}: ${subject}`),
    problems: alert.problems.map(({ scope, message }) => `${scope}: ${message}`),
    recovered: alert.recovered.map(({ kind, scope, subject }) => `${kind} of ${scope}: ${subject}`),
  };
}
const noFindings = { status: 'ok', degraded: [], problems: [], recovered: [] };

test.describe('alerts about benchmark records', () => {
  const target = (operation: string, state: 'met' | 'missed', value: number | null = 1) => ({
    target: `${operation} p95 < 100 ms`,
    operation,
    statistic: 'p95',
    comparator: '<' as const,
    state,
    value,
    limit: 100,
    unit: 'ms',
    count: 100,
  });
  const result = (operation: string, over: Partial<BenchmarkResult> = {}): BenchmarkResult => ({
    schema: 'fullhouse/benchmark/2',
    operation,
    title: operation,
    startedAt: '2026-11-23T14:00:00.000Z',
    iterations: 100,
    warmUp: 0,
    concurrency: 1,
    seconds: 1,
    facts: {},
    timings: operationOf([10, 11, 12]) as never,
    targets: [target(operation, 'met')],
    problem: null,
    overloaded: null,
    comparedWith: '',
    notCompared: null,
    regressions: [],
    unconfirmed: [],
    ...over,
  });
  const bench = (...results: BenchmarkResult[]) => recordOfBenchmarks(results, { facts });
  const busy = 'other processes kept 1.0 of 2 cores busy, and 0.1 were free';
  const slowGet = result('meeting.get', { targets: [target('meeting.get', 'missed', 300)] });
  const busyGet = { ...slowGet, overloaded: busy };

  test('reports nothing for passed benchmarks', () =>
    expect(told(bench(result('meeting.get')))).toEqual(noFindings));

  test('reports a missed target and a regression once each', () => {
    const slower = result('meeting.join', { regressions: [regression({ metric: 'meeting.join p50' })] });
    expect(told(bench(slowGet, slower))).toEqual({
      ...noFindings,
      status: 'degraded',
      degraded: ['target: meeting.get p95 < 100 ms', 'regression: meeting.join p50'],
    });
  });

  test('reports a target that a busy machine missed as a problem', () => {
    expect(told(bench(busyGet, result('meeting.join')))).toMatchObject({
      status: 'problem',
      degraded: [],
      problems: [`meeting.get: ${busy}`, 'meeting.get: meeting.get p95 was 300 ms, 3× the 100 ms limit'],
    });
    const slowJoin = result('meeting.join', { targets: [target('meeting.join', 'missed', 300)] });
    expect(told(bench(busyGet, slowJoin))).toMatchObject({
      degraded: ['target: meeting.join p95 < 100 ms'],
      problems: [`meeting.get: ${busy}`, 'meeting.get: meeting.get p95 was 300 ms, 3× the 100 ms limit'],
    });
  });

  test('reports rate-limited calls as a problem beside the missed target', () => {
    const limited = result('meeting.get', {
      problem: '7 calls were limited (429)',
      targets: [target('meeting.get', 'missed', null)],
    });
    expect(told(bench(limited))).toMatchObject({
      degraded: ['target: meeting.get p95 < 100 ms'],
      problems: ['meeting.get: 7 calls were limited (429)'],
    });
  });

  test('reports the recovery of one benchmark while another has no verdict', () => {
    const slowJoin = result('meeting.join', { targets: [target('meeting.join', 'missed', 300)] });
    const [bad, withProblem, good] = [
      bench(result('meeting.get'), slowJoin),
      bench(busyGet, result('meeting.join')),
      bench(result('meeting.get'), result('meeting.join')),
    ];
    expect(told(bad, withProblem)).toMatchObject({
      status: 'problem',
      recovered: ['target of operations: meeting.join p95 < 100 ms'],
    });
    expect(told(bad, withProblem, good)).toEqual({
      ...noFindings,
      status: 'recovered',
      recovered: ['verdict of meeting.get: verdict'],
    });
    expect(told(bad, withProblem, bench(result('meeting.join')))).toEqual(noFindings);
    expect(told(bad, withProblem, good, good)).toEqual(noFindings);
  });
});

test.describe('alerts about load records', () => {
  const load = (...crowd: Parameters<typeof crowdRecord>) => {
    const record = crowdRecord(...crowd);
    return recordOfLoad(summaryOf(record), { ...record, ...circumstances() });
  };
  const slow = [{ latencyMs: 900 }];

  test('reports a missed target and then its recovery', () => {
    const [good, bad] = [load(fine()), load([report(1, slow), report(2, slow)])];
    expect(told(good)).toEqual(noFindings);
    expect(told(bad)).toEqual({ ...noFindings, status: 'degraded', degraded: ['target: p95 < 100 ms'] });
    expect(told(bad, good).recovered).toEqual(['target of crowd: p95 < 100 ms']);
  });

  test('reports start skew as a problem of the load generator', () => {
    const late = load([report(1, [{}], { health: health({ startSkewMs: 400 }) }), report(2, [{}])]);
    expect(told(late)).toMatchObject({
      status: 'problem',
      degraded: [],
      problems: [
        expect.stringContaining('crowd: The load did not start at the same time everywhere (start skew'),
      ],
    });
  });

  test('reports a target that the load generator read too late as a problem', () => {
    const unsure = load([report(1, [{ latencyMs: 150, widthMs: 100 }]), report(2, [])]);
    expect(told(unsure)).toMatchObject({
      status: 'problem',
      degraded: [],
      problems: [
        expect.stringMatching(
          /^crowd: p95 < 100 ms: between .* the load generator read the answers too late/,
        ),
      ],
    });
  });

  test('reports a lost slice as a problem', () => {
    const lost = load([report(1, [{}]), report(2, [{}], { finished: false })], { lost: [2] });
    expect(told(lost)).toMatchObject({
      status: 'problem',
      problems: [expect.stringContaining('crowd: slice 2 was lost')],
    });
  });

  test('reports no findings of an interrupted load run', () => {
    const stopped = load([report(1, slow, { finished: false })], {
      stopped: { reason: 'interrupted', isInterrupted: true },
    });
    expect(told(stopped)).toEqual({ ...noFindings, status: 'interrupted' });
  });
});

test.describe('alerts about chaos records', () => {
  const calls = new Timings(0);
  calls.operation('meeting.join').record('ok', 0, 5);
  const timings = calls.encode(1);
  const options = { title: 'a title', description: 'a question', seed: 1, clock: systemClock };
  function experimented(name: string, verdict: 'passed' | 'failed') {
    const experiment = new ExperimentRecord({ ...options, name });
    experiment.find({ check: 'it holds', verdict, message: 'so it is', evidence: [] });
    return { journal: experiment.journal(), timings };
  }
  function unknown(name: string) {
    const experiment = new ExperimentRecord({ ...options, name });
    experiment.judge(viewsAgree());
    return { journal: experiment.journal(), timings };
  }
  const chaos = (...experiments: ReturnType<typeof unknown>[]) => recordOfChaos(experiments, { facts });

  test('reports failed and inconclusive checks once each, with their experiment', () => {
    expect(told(chaos(experimented('storm', 'failed'), unknown('drops')))).toEqual({
      ...noFindings,
      status: 'degraded',
      degraded: ['check: it holds'],
      problems: ['drops: every view equals the service’s state: no views to check'],
    });
  });

  test('reports an aborted experiment as recovered only when it completes', async () => {
    const experiment = new ExperimentRecord({ ...options, name: 'storm' });
    const cut = experiment.act('cut all off', () => Promise.reject(new Error('no link')));
    await expect(cut).rejects.toThrow('no link');
    const broken = chaos({ journal: experiment.journal(), timings });
    const [other, whole] = [chaos(experimented('drops', 'passed')), chaos(experimented('storm', 'passed'))];
    expect(told(broken)).toMatchObject({
      status: 'problem',
      problems: [expect.stringContaining('storm: cut all off: ')],
    });
    expect(told(broken, other)).toEqual(noFindings);
    expect(told(broken, other, whole).recovered).toEqual(['verdict of storm: verdict']);
  });

  test('reports the recovery of a check only when its own experiment passes', () => {
    const bad = chaos(experimented('storm', 'failed'));
    expect(told(bad, chaos(experimented('storm', 'passed')))).toMatchObject({
      recovered: ['check of storm: it holds'],
    });
    expect(told(bad, chaos(experimented('drops', 'passed')))).toEqual(noFindings);
  });
});
