import { allReadings } from '../../crowd/page-readings.ts';
import { latenciesOf } from '../../live/latencies.ts';
import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import type { MergedOperation } from '../../timings/merged-timings.ts';
import { pageMetric } from '../../timings/page-metrics.ts';
import type { CrowdView } from '../run-view/run-view.ts';
import {
  BOUNDS_S,
  bracketed,
  byQuantile,
  type Durations,
  type Labels,
  type Metric,
  ofEach,
  quantilesOf,
} from './metric.ts';

const ALL_ACTIONS = 'all actions';

/** Metrics of the calls of each operation, their latencies, and page metrics. */
export const latencyMetrics: readonly Metric[] = [
  {
    name: 'fullhouse.requests',
    kind: 'counter',
    unit: '{request}',
    help: 'Calls of operations by outcome',
    read: (run) =>
      ofEach(run, ({ timings }) =>
        [...timings.operations].flatMap(([operation, { outcomes }]) =>
          Object.entries(outcomes).map(([outcome, value = 0]) => ({ labels: { operation, outcome }, value })),
        ),
      ),
  },
  {
    name: 'fullhouse.actions',
    kind: 'counter',
    unit: '{request}',
    help: 'Actions with an outcome of the service: the base of the error rate',
    read: (run) => ofEach(run, ({ timings: { actions } }) => [{ labels: {}, value: actions.total }]),
  },
  {
    name: 'fullhouse.errors',
    kind: 'counter',
    unit: '{request}',
    help: 'Failed actions: the errors of the error rate, without late or lost room events',
    read: (run) =>
      ofEach(run, ({ timings: { actions } }) => [{ labels: {}, value: actions.total - actions.successful }]),
  },
  {
    name: 'fullhouse.throughput',
    kind: 'gauge',
    unit: '{request}/s',
    help: 'Actions per second since the start',
    read: (run) =>
      ofEach(run, ({ timings, elapsedS }) => [
        { labels: {}, value: elapsedS === 0 ? 0 : timings.actions.total / elapsedS },
      ]),
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
  ...bracketed(
    'fullhouse.latency',
    'Latency of successes since the start, exact to three digits; quantile 0 is the minimum, 1 the maximum',
    ({ crowds }, end) =>
      crowds.flatMap((crowd) =>
        allOperations(crowd).map(([operation, merged]) =>
          quantilesOf({ crowd: crowd.name, operation }, merged[end], crowd.latencies(merged[end])),
        ),
      ),
  ),
  {
    name: 'fullhouse.latency.average',
    kind: 'gauge',
    unit: 's',
    help: 'Average latency of successes',
    read: (run) =>
      ofEach(run, (crowd) =>
        allOperations(crowd).flatMap(([operation, { ok }]) =>
          ok.count === 0 ? [] : [{ labels: { operation }, value: ok.sumMs / ok.count / 1000 }],
        ),
      ),
  },
  {
    name: 'fullhouse.recent.latency',
    kind: 'gauge',
    unit: 's',
    help: 'Latency of successes within the last ten seconds, all actions together, exact to two digits',
    read: (run) =>
      ofEach(run, ({ recent }) =>
        byQuantile(recent).map(([quantile, value]) => ({
          labels: { percentile: `${quantile * 100}` },
          value,
        })),
      ),
  },
  {
    name: 'fullhouse.page.value',
    kind: 'gauge',
    unit: '1',
    help: 'Page metrics that are not durations; quantile 0 is the minimum, 1 the maximum',
    read: (run) =>
      ofEach(run, ({ reports }) =>
        [...allReadings(reports)].flatMap(([metric, values]) => {
          const labels = { metric, unit: pageMetric(metric)!.unit };
          // Histograms of readings count thousandths of their unit, like histograms of durations count microseconds.
          return quantilesOf(labels, values, latenciesOf(values)).values.map(({ quantile, seconds }) => ({
            labels: { ...labels, quantile: String(quantile) },
            value: seconds * 1000,
          }));
        }),
      ),
  },
];

/** All actions together, and each operation. */
function allOperations({ timings }: CrowdView): [name: string, MergedOperation][] {
  return [[ALL_ACTIONS, timings.actions], ...timings.operations];
}

function durations(labels: Labels, ok: LatencyHistogram): Durations {
  const boundsMs = BOUNDS_S.map((seconds) => seconds * 1000);
  return { labels, count: ok.count, sumS: ok.sumMs / 1000, upTo: ok.countsUpTo(boundsMs) };
}
