import { peakUsers } from '../../crowd/schedules/index.ts';
import type { Sessions } from '../../crowd/share-report.ts';
import type { LiveCrowd } from '../../live/live-crowd.ts';
import type { LiveRun } from '../../live/live-run.ts';
import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import type { MergedOperation } from '../../timings/merged-timings.ts';
import {
  BOUNDS_S,
  type Durations,
  type Labels,
  type Metric,
  type Quantiles,
  quantilesOf,
  type Sample,
} from './metric.ts';

const targetStates = ['waiting', 'met', 'missed', 'inconclusive'] as const;

/** Of each crowd: its users and sessions, what they called, how long it took, and the targets. */
export const crowdMetrics: readonly Metric[] = [
  {
    name: 'fullhouse.users',
    kind: 'gauge',
    unit: '{user}',
    help: 'Participants: those who are there now, and the most that the schedule asks for',
    read: (run) =>
      ofEach(run, (crowd) => [
        { labels: { kind: 'now' }, value: crowd.users },
        { labels: { kind: 'asked' }, value: peakUsers(run.facts.schedule) },
      ]),
  },
  {
    name: 'fullhouse.requests',
    kind: 'counter',
    unit: '{request}',
    help: 'Operations by their outcome',
    read: (run) =>
      ofEach(run, ({ timings }) =>
        [...timings.operations].flatMap(([operation, { outcomes }]) =>
          Object.entries(outcomes).map(([outcome, value = 0]) => ({ labels: { operation, outcome }, value })),
        ),
      ),
  },
  {
    name: 'fullhouse.request.duration',
    kind: 'histogram',
    unit: 's',
    help: 'Latency of successes, from the actual start to the complete answer',
    read: ({ crowds }) =>
      crowds.flatMap(({ name, timings }) =>
        [...timings.operations].map(([operation, { ok }]) => durations({ crowd: name, operation }, ok)),
      ),
  },
  {
    name: 'fullhouse.latency',
    kind: 'summary',
    unit: 's',
    help: 'Latency of successes since the start, exact to three digits; quantiles of too few samples are left out',
    read: (run) => latencies(run, ({ ok }) => ok),
  },
  {
    name: 'fullhouse.latency.earliest',
    kind: 'summary',
    unit: 's',
    help: 'The least that the same latencies can be, as the generator may have read answers late',
    read: (run) => latencies(run, ({ earliest }) => earliest),
  },
  {
    name: 'fullhouse.recent.latency',
    kind: 'gauge',
    unit: 's',
    help: 'Latency of successes within the last ten seconds, all actions together, exact to two digits',
    read: (run) =>
      ofEach(run, ({ seconds }) => {
        const { p50Ms = null, p95Ms = null, p99Ms = null } = seconds.at(-1) ?? {};
        return Object.entries({ '50': p50Ms, '95': p95Ms, '99': p99Ms }).flatMap(([name, ms]) =>
          ms === null ? [] : [{ labels: { percentile: name }, value: ms / 1000 }],
        );
      }),
  },
  {
    name: 'fullhouse.sessions.started',
    kind: 'counter',
    unit: '{session}',
    help: 'Participants that were let in',
    read: (run) => sessions(run, ({ started }) => started),
  },
  {
    name: 'fullhouse.sessions.completed',
    kind: 'counter',
    unit: '{session}',
    help: 'Participants that did all they came for',
    read: (run) => sessions(run, ({ completed }) => completed),
  },
  {
    name: 'fullhouse.connection.drops',
    kind: 'counter',
    unit: '{connection}',
    help: 'Connections that ended though no participant asked for it',
    read: (run) =>
      ofEach(run, ({ reports }) => {
        const reasons = new Map<string, number>();
        for (const { drops } of reports)
          for (const [reason, count] of Object.entries(drops))
            reasons.set(reason, (reasons.get(reason) ?? 0) + count);
        return [...reasons].map(([reason, value]) => ({ labels: { reason }, value }));
      }),
  },
  {
    name: 'fullhouse.target',
    kind: 'gauge',
    unit: '1',
    help: '1 for the state of the target as it is now, 0 for the others',
    read: (run) =>
      ofEach(run, ({ targets }) =>
        targets.flatMap(({ target, state }) =>
          targetStates.map((name) => ({ labels: { target, state: name }, value: Number(state === name) })),
        ),
      ),
  },
  {
    name: 'fullhouse.target.value',
    kind: 'gauge',
    unit: '1',
    help: 'What the target looks at, in the unit of its limit',
    read: (run) =>
      ofEach(run, ({ targets }) =>
        targets.flatMap(({ target, value, unit }) =>
          value === null ? [] : [{ labels: { target, unit }, value }],
        ),
      ),
  },
  {
    name: 'fullhouse.target.limit',
    kind: 'gauge',
    unit: '1',
    help: 'The limit of the target',
    read: (run) =>
      ofEach(run, ({ targets }) =>
        targets.map(({ target, limit, unit }) => ({ labels: { target, unit }, value: limit })),
      ),
  },
];

/** Of each operation of each crowd, and of all its actions together. */
function latencies({ crowds }: LiveRun, read: (operation: MergedOperation) => LatencyHistogram): Quantiles[] {
  return crowds.flatMap((crowd) => {
    const { actions, operations } = crowd.timings;
    const all: [string, MergedOperation][] = [['all actions', actions], ...operations];
    return all.map(([operation, merged]) => {
      const histogram = read(merged);
      return quantilesOf({ crowd: crowd.name, operation }, histogram, crowd.latencies(histogram));
    });
  });
}

/** What is read of each crowd, with its name among the labels. */
export function ofEach({ crowds }: LiveRun, read: (crowd: LiveCrowd) => readonly Sample[]): Sample[] {
  return crowds.flatMap((crowd) =>
    read(crowd).map(({ labels, value }) => ({ labels: { crowd: crowd.name, ...labels }, value })),
  );
}

/** Of the protocol participants, and of those in browsers where there are any. */
function sessions(run: LiveRun, read: (sessions: Sessions) => number): Sample[] {
  return ofEach(run, ({ reports }) => {
    const sum = (kind: string, all: readonly Sessions[]) => ({
      labels: { kind },
      value: all.reduce((total, one) => total + read(one), 0),
    });
    const inBrowsers = reports.flatMap(({ browsers }) => browsers?.sessions ?? []);
    const protocol = sum(
      'protocol',
      reports.map((report) => report.sessions),
    );
    return inBrowsers.length > 0 ? [protocol, sum('browser', inBrowsers)] : [protocol];
  });
}

function durations(labels: Labels, ok: LatencyHistogram): Durations {
  return { labels, count: ok.count, sumS: ok.sumMs / 1000, upTo: ok.countsUpTo(BOUNDS_S.map(inMs)) };
}

function inMs(seconds: number): number {
  return seconds * 1000;
}
