import type { BenchmarkResult } from '../../../../src/benchmarks/result.ts';
import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { JOURNAL_VERSION, type Journal } from '../../../../src/experiments/journal.ts';
import { seeded } from '../../../../src/kernel/random.ts';
import { referenceContract } from '../../../../src/meetings/contract/load.ts';
import type { ServiceSample } from '../../../../src/meetings/service-sample.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import type { PageData, ShownCrowd } from '../../../../src/views/page/page-data.ts';
import { sliceReport } from '../../crowd/slice-reports.ts';
import { record, summaryOf } from '../../results/summary/crowd-records.ts';

export const runId = '20261123-140000-abcd';
const startedAt = '2026-11-23T14:00:00.000Z';
const at = (second: number) => new Date(Date.parse(startedAt) + second * 1000).toISOString();

interface Recorded {
  readonly operations?: readonly string[];
  readonly seconds: number;
  /** Calls of each operation in a second. */
  readonly rate: number;
  /** Within these seconds some calls fail, and the others take three times as long. */
  readonly problem?: readonly [number, number];
}

const journey = ['meeting.join', 'meeting.get', 'hand.raise', 'event.delivery'];

/** Deterministic timings of calls with a long tail. */
function timingsOf(seed: number, { operations = journey, seconds, rate, problem }: Recorded): Timings {
  const random = seeded(seed, 'page', seconds);
  const timings = new Timings(0);
  timings.setUsers(50, 0);
  for (let second = 0; second < seconds; second++) {
    const isBad = problem !== undefined && second >= problem[0] && second < problem[1];
    for (let call = 0; call < rate; call++) {
      for (const [index, name] of operations.entries()) {
        const end = (second + (call + 0.5) / rate) * 1000;
        const ms = (2 + index) * Math.exp(1.2 * (random() + random() - 1)) * (isBad ? 3 : 1);
        const fails = isBad && name !== 'event.delivery' && random() < 0.2;
        const operation = timings.operation(name);
        operation.record(fails ? 'http 503' : 'ok', end - ms, end, end - ms - 1);
        if (fails) operation.failure('http 503', '503 UNAVAILABLE', 'the database is away');
      }
    }
  }
  return timings;
}

function samples(seconds: number): SliceReport['samples'] {
  return Array.from({ length: seconds }, (_, second) => ({
    atMs: (second + 1) * 1000,
    loopDelayMaxMs: 3 + (second % 7),
    cpu: 0.2 + 0.01 * (second % 5),
    browserCpu: 0.4 + 0.05 * (second % 3),
    memoryBytes: 180e6 + second * 1e5,
  }));
}

function serviceSamples(seconds: number): ServiceSample[] {
  return Array.from({ length: Math.floor(seconds / 2) + 1 }, (_, index) => ({
    atMs: index * 2000,
    processStart: 1,
    calls: {
      count: index * 60,
      sumS: index * 0.3,
      buckets: [[0.005, index * 40] as const, [0.01, index * 60] as const],
    },
    cpuS: index * 0.4,
    memoryBytes: 120e6 + index * 1e5,
    loopDelayMs: 11,
    connections: 50,
    waitingForDatabase: index === 10 ? 3 : 0,
  }));
}

/** One slice of a crowd with failures from second 20 to 30. */
function richSlice(seconds = 60): SliceReport {
  const elapsedMs = seconds * 1000 - 1;
  const recorded = timingsOf(1, { seconds, rate: 8, problem: [20, 30] }).encode(elapsedMs);
  return sliceReport({
    elapsedMs,
    samples: samples(seconds),
    timings: recorded,
    drops: { 'transport close': 2 },
  });
}

export function richCrowd(): ShownCrowd {
  const reports = [richSlice()];
  const metrics = {
    before: null,
    after: null,
    samples: serviceSamples(60),
    routes: referenceContract().metrics,
  };
  return {
    summary: summaryOf(
      record(reports, { expected: [1], metrics }),
      'p95 < 100 ms; p99 < 5 ms; error rate < 20 %',
      {
        TEST_DURATION: '60',
      },
    ),
    evidence: {
      exemplars: [
        { operation: 'page.join', outcome: 'ok', ms: 812, who: 'u-7', trace: 'a b.zip', screenshot: null },
        {
          operation: 'page.join',
          outcome: 'timeout',
          ms: null,
          who: 'u-9',
          trace: null,
          screenshot: 'u-9.png',
        },
      ],
      comparison: {
        schema: 'fullhouse/comparison/2',
        notCompared: null,
        with: 'Compared with the baseline of 2026-11-20 (20261120-140000-aaaa).',
        baseline: { runId: '20261120-140000-aaaa', at: '2026-11-20T14:00:00.000Z', commit: 'abc' },
        earlier: [20, 21, 22].map((day) => ({
          runId: `202611${day}-140000-aaaa`,
          at: `2026-11-${day}T14:00:00.000Z`,
          commit: null,
        })),
        metrics: [
          {
            name: 'meeting.get p50',
            unit: 'ms',
            better: 'lower',
            value: 6,
            baseline: 3,
            earlier: [3, 3.1, null],
          },
          { name: 'error rate', unit: '%', better: 'lower', value: 1.5, baseline: 0, earlier: [0, 0, 0.5] },
        ],
        regressions: [
          {
            metric: 'meeting.get p50',
            against: 'baseline',
            before: 3,
            after: 6,
            unit: 'ms',
            ratio: 2,
            pValue: 0.0001,
            message: 'meeting.get p50 rose from 3.00 ms to 6.00 ms.',
          },
        ],
      },
    },
  };
}

/** An experiment whose fault lasted from second 3 to 8. */
export function journal(over: { verdict?: Journal['fullhouse']['verdict']; title?: string } = {}): Journal {
  const { verdict = 'passed', title = '30 users, cut off for 5 s' } = over;
  const activity = (name: string, from: number, to: number) => ({
    activity: { name, type: 'action' as const },
    output: null,
    status: 'succeeded' as const,
    start: at(from),
    end: at(to),
    duration: to - from,
  });
  return {
    platform: 'linux x64',
    node: 'v20',
    experiment: {
      title,
      description: 'Does everybody find back?',
      tags: ['reconnection-storm'],
      'steady-state-hypothesis': { title: 'The service serves its meeting', probes: [] },
      method: [],
      rollbacks: [],
    },
    start: startedAt,
    end: at(12),
    duration: 12,
    status: 'completed',
    deviated: verdict === 'failed',
    steady_states: {
      before: { steady_state_met: true, probes: [activity('serves', 0.5, 1)] },
      after: { steady_state_met: true, probes: [activity('serves', 9, 9.5)] },
    },
    run: [activity('all connections are reset', 3, 3.1), activity('healed', 8, 8.01)],
    rollbacks: [],
    fullhouse: {
      version: JOURNAL_VERSION,
      verdict,
      seed: 42,
      facts: [
        { name: 'recovery time', value: 1234.5, unit: 'ms' },
        { name: 'connections cut', value: 30 },
      ],
      faults: [{ name: 'cut off', start: at(3), end: at(8) }],
      checks: [
        {
          name: 'views agree',
          finding: {
            check: 'every view equals the service’s state',
            verdict,
            message: '30 views',
            evidence: verdict === 'passed' ? [] : ['user-3 sees a hand that is down'],
          },
        },
      ],
      findings: [
        {
          check: 'the fault was real',
          verdict: 'passed',
          message: '30 connections were reset',
          evidence: [],
        },
      ],
    },
  };
}

export function benchmark(operation: string, over: Partial<BenchmarkResult> = {}): BenchmarkResult {
  const timings = timingsOf(2, { operations: [operation], seconds: 10, rate: 20 });
  return {
    schema: 'fullhouse/benchmark/2',
    operation,
    title: `benchmark of ${operation}`,
    startedAt,
    iterations: 200,
    warmUp: 20,
    concurrency: 1,
    seconds: 10,
    facts: { users: 10 },
    timings: timings.encode(10_000).operations[operation]!,
    targets: [
      {
        target: `${operation} p95 < 100 ms`,
        operation,
        statistic: 'p95',
        comparator: '<',
        state: 'met',
        value: 8,
        limit: 100,
        unit: 'ms',
        count: 200,
      },
    ],
    problem: null,
    overloaded: null,
    comparedWith: '',
    notCompared: null,
    regressions: [],
    unconfirmed: [],
    ...over,
  };
}

/** A run with everything that a page can show. */
export function richRun(): PageData {
  const timings = timingsOf(3, { seconds: 12, rate: 5, problem: [3, 8] }).encode(11_999);
  const experiment = (over: Parameters<typeof journal>[0]) => ({ journal: journal(over), timings });
  return {
    runId,
    crowds: [richCrowd()],
    answers: [],
    experiments: [experiment({}), experiment({ verdict: 'failed', title: 'another storm' })],
    benchmarks: [
      benchmark('meeting.get'),
      benchmark('meeting.list', { overloaded: 'other processes kept 1.5 of 2 cores busy' }),
    ],
  };
}
