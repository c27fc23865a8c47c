import type { FindingVerdict } from '../../checks/check.ts';
import { latenciesOf } from '../../live/latencies.ts';
import { crowdMetrics } from './crowd-metrics.ts';
import { generatorMetrics } from './generator-metrics.ts';
import { latencyMetrics } from './latency-metrics.ts';
import { lonePhaseMetrics } from './lone-phase-metrics.ts';
import { bracketed, type Metric, oneOf, quantilesOf } from './metric.ts';

const experimentVerdicts = [
  'passed',
  'failed',
  'inconclusive',
  'not applicable',
] as const satisfies FindingVerdict[];
const experimentStates = ['running', ...experimentVerdicts, 'broken'] as const;
const benchmarkVerdicts = ['passed', 'failed', 'inconclusive'] as const;

/** Metrics of the whole run: its phases, its experiments, its benchmarks. */
const runMetrics: readonly Metric[] = [
  {
    name: 'fullhouse.run.info',
    kind: 'gauge',
    unit: '1',
    help: 'The run; always 1',
    read: ({ labels }) => [{ labels, value: 1 }],
  },
  {
    name: 'fullhouse.run.elapsed',
    kind: 'gauge',
    unit: 's',
    help: 'Time since the run began',
    read: ({ elapsedS }) => (elapsedS === null ? [] : [{ labels: {}, value: elapsedS }]),
  },
  {
    name: 'fullhouse.phase',
    kind: 'gauge',
    unit: '1',
    help: '1 for the phase that runs, 0 for the others',
    read: ({ phases }) =>
      phases.map(({ name, state }) => ({ labels: { phase: name }, value: Number(state === 'running') })),
  },
  {
    name: 'fullhouse.experiments',
    kind: 'gauge',
    unit: '{experiment}',
    help: 'Experiments that have begun, by their state',
    read: ({ experiments }) =>
      experimentStates.map((state) => ({
        labels: { state },
        value: experiments.filter((experiment) => experiment.state === state).length,
      })),
  },
  {
    name: 'fullhouse.experiment.verdict',
    kind: 'gauge',
    unit: '1',
    help: '1 for the verdict of the experiment, 0 for the others',
    read: ({ experiments }) =>
      experiments.flatMap(({ name, state }) =>
        oneOf(experimentVerdicts, state, (verdict) => ({ experiment: name, verdict })),
      ),
  },
  {
    name: 'fullhouse.benchmark.verdict',
    kind: 'gauge',
    unit: '1',
    help: '1 for the verdict of the benchmark, 0 for the others',
    read: ({ benchmarks }) =>
      benchmarks.flatMap(({ result: { operation }, verdict: found }) =>
        oneOf(benchmarkVerdicts, found, (verdict) => ({ operation, verdict })),
      ),
  },
  ...bracketed(
    'fullhouse.benchmark.latency',
    'Latency of successes, one call at a time; quantile 0 is the minimum, 1 the maximum',
    ({ benchmarks }, end) =>
      benchmarks.map(({ result: { operation }, calls }) =>
        quantilesOf({ operation }, calls[end], latenciesOf(calls[end])),
      ),
  ),
];

/** Every metric of a live or finished run, for Prometheus and OpenTelemetry. */
export const metrics: readonly Metric[] = [
  ...runMetrics,
  ...crowdMetrics,
  ...lonePhaseMetrics,
  ...latencyMetrics,
  ...generatorMetrics,
];
