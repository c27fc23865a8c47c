import { latenciesOf } from '../../live/latencies.ts';
import { type Metric, quantilesOf } from './metric.ts';

const one = (value: number) => [{ labels: {}, value }];
const experimentStates = ['running', 'passed', 'failed', 'unknown', 'not applicable', 'broken'] as const;
const benchmarkVerdicts = ['passed', 'failed', 'inconclusive'] as const;

/** Of the run as a whole: its phases, its experiments, its benchmarks. */
export const runMetrics: readonly Metric[] = [
  {
    name: 'fullhouse.run.info',
    kind: 'gauge',
    unit: '1',
    help: 'The run; always 1',
    read: ({ facts }) => [{ labels: { run: facts.id, service: facts.serviceUrl }, value: 1 }],
  },
  {
    name: 'fullhouse.run.elapsed',
    kind: 'gauge',
    unit: 's',
    help: 'Since the run began',
    read: (run) => one(run.elapsedS),
  },
  {
    name: 'fullhouse.phase',
    kind: 'gauge',
    unit: '1',
    help: '1 for the phase that runs, 0 for the others',
    read: ({ phases }) =>
      phases.all.map(({ name, state }) => ({ labels: { phase: name }, value: Number(state === 'running') })),
  },
  {
    name: 'fullhouse.experiments',
    kind: 'gauge',
    unit: '{experiment}',
    help: 'Experiments that have begun, by their state',
    read: ({ results }) =>
      experimentStates.map((state) => ({
        labels: { state },
        value: results.experiments.filter((experiment) => experiment.state === state).length,
      })),
  },
  {
    name: 'fullhouse.benchmark.verdict',
    kind: 'gauge',
    unit: '1',
    help: '1 for the verdict of the benchmark, 0 for the others',
    read: ({ results }) =>
      results.benchmarks.flatMap(({ operation, verdict }) =>
        benchmarkVerdicts.map((name) => ({
          labels: { operation, verdict: name },
          value: Number(verdict === name),
        })),
      ),
  },
  {
    name: 'fullhouse.benchmark.latency',
    kind: 'summary',
    unit: 's',
    help: 'Latency of successes, one call at a time; quantiles of too few samples are left out',
    read: ({ results }) =>
      results.benchmarks.map(({ operation, latencies: { latest } }) =>
        quantilesOf({ operation }, latest, latenciesOf(latest)),
      ),
  },
  {
    name: 'fullhouse.benchmark.latency.earliest',
    kind: 'summary',
    unit: 's',
    help: 'The least that the same latencies can be, as the generator may have read answers late',
    read: ({ results }) =>
      results.benchmarks.map(({ operation, latencies: { earliest } }) =>
        quantilesOf({ operation }, earliest, latenciesOf(earliest)),
      ),
  },
];
