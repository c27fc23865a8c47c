import { Counter, Gauge, Registry } from 'prom-client';
import { verdictOf } from '../../benchmarks/result.ts';
import { MergedOperation } from '../../timings/merged-timings.ts';
import type { CrowdReport, ReportPart, RunReport } from '../report-part.ts';
import { summariseLatency } from '../summary/latency.ts';
import type { SummaryLatency, SummaryPercentile } from '../summary/schema.ts';

const crowdVerdicts = ['passed', 'failed', 'inconclusive', 'interrupted'];
const experimentVerdicts = ['passed', 'failed', 'unknown', 'not applicable'];
const targetStates = ['met', 'missed', 'inconclusive'];

/**
 * `metrics.prom`: the figures of the whole run in Prometheus' text format, for the textfile collector of a node
 * exporter or a push gateway. Base units; no timestamps, which both refuse.
 */
export const prometheusText: ReportPart = {
  name: 'metrics.prom',
  async write(report, write) {
    const { crowds, experiments, benchmarks } = report;
    if (crowds.length + experiments.length + benchmarks.length === 0) return;
    await write('metrics.prom', await exposition(report));
  },
};

async function exposition({ runId, crowds, experiments, benchmarks }: RunReport): Promise<string> {
  const registry = new Registry();
  const metrics = metricsOf(registry);
  const [first] = crowds;
  const { seed = '', commit } = first?.evidence.facts ?? {};
  metrics.run.set({ run: runId, seed: String(seed), commit: commit ?? '' }, 1);
  for (const crowd of crowds) addCrowd(metrics, crowd);
  for (const { journal } of experiments) {
    const [name = journal.experiment.title] = journal.experiment.tags;
    for (const verdict of experimentVerdicts)
      metrics.experiment.set({ experiment: name, verdict }, Number(journal.fullhouse.verdict === verdict));
  }
  for (const result of benchmarks) {
    const { operation, timings } = result;
    const merged = new MergedOperation();
    merged.add(timings);
    const latency = summariseLatency(merged.ok, merged.earliest);
    addLatency(metrics.benchmarkLatency, { operation }, latency);
    addEarliest(metrics.benchmarkEarliest, { operation }, latency);
    for (const verdict of ['passed', 'failed', 'inconclusive'])
      metrics.benchmark.set({ operation, verdict }, Number(verdictOf(result) === verdict));
  }
  return registry.metrics();
}

type Metrics = ReturnType<typeof metricsOf>;

function metricsOf(registry: Registry) {
  const registers = [registry];
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `fullhouse_${name}`, help, labelNames, registers });
  return {
    run: gauge('run_info', 'The run; always 1', 'run', 'seed', 'commit'),
    verdict: gauge('verdict', '1 for the verdict of the crowd, 0 for the others', 'crowd', 'verdict'),
    target: gauge('target', '1 for the state of the target, 0 for the others', 'crowd', 'target', 'state'),
    duration: gauge('duration_seconds', 'Until the last participant was gone', 'crowd'),
    users: gauge('users', 'The most participants at a time', 'crowd', 'kind'),
    throughput: gauge('throughput', 'Actions per second over the whole run', 'crowd'),
    requests: new Counter({
      name: 'fullhouse_requests_total',
      help: 'Operations by their outcome',
      labelNames: ['crowd', 'operation', 'outcome'],
      registers,
    }),
    latency: gauge(
      'latency_seconds',
      'Latency of successes; quantile 0 is the minimum, 1 the maximum',
      'crowd',
      'operation',
      'quantile',
    ),
    earliest: gauge(
      'latency_earliest_seconds',
      'The least that a quantile of the latency can be, as the generator may have read answers late',
      'crowd',
      'operation',
      'quantile',
    ),
    average: gauge('latency_average_seconds', 'Average latency of successes', 'crowd', 'operation'),
    generator: gauge(
      'generator_ok',
      '1 when no finding of the generator stands against the verdict',
      'crowd',
    ),
    generatorAdds: gauge(
      'generator_adds_seconds',
      'By how much latencies can be longer than those of the service, at most',
      'crowd',
      'quantile',
    ),
    experiment: gauge('experiment_verdict', '1 for the verdict of the experiment', 'experiment', 'verdict'),
    benchmark: gauge('benchmark_verdict', '1 for the verdict of the benchmark', 'operation', 'verdict'),
    benchmarkLatency: gauge(
      'benchmark_latency_seconds',
      'Latency of successes, one call at a time; quantile 0 is the minimum, 1 the maximum',
      'operation',
      'quantile',
    ),
    benchmarkEarliest: gauge(
      'benchmark_latency_earliest_seconds',
      'The least that a quantile of the latency can be, as the generator may have read answers late',
      'operation',
      'quantile',
    ),
  };
}

function addCrowd(metrics: Metrics, { summary }: CrowdReport): void {
  const { verdict, run, users, totals, targets, operations, latency, selfCheck } = summary;
  const crowd = { crowd: run.crowd };
  for (const one of crowdVerdicts) metrics.verdict.set({ ...crowd, verdict: one }, Number(one === verdict));
  for (const { target, state } of targets)
    for (const one of targetStates)
      metrics.target.set({ ...crowd, target, state: one }, Number(one === state));
  metrics.duration.set(crowd, run.durationS);
  for (const [kind, count] of Object.entries(users)) metrics.users.set({ ...crowd, kind }, count);
  metrics.throughput.set(crowd, totals.perSecond);
  metrics.generator.set(crowd, Number(selfCheck.ok));
  const { p50Ms = null, p95Ms = null, p99Ms = null } = selfCheck.adds ?? {};
  for (const [quantile, ms] of [
    ['0.5', p50Ms],
    ['0.95', p95Ms],
    ['0.99', p99Ms],
  ] as const)
    if (ms !== null) metrics.generatorAdds.set({ ...crowd, quantile }, ms / 1000);
  for (const [operation, { outcomes, latency: own }] of Object.entries(operations)) {
    for (const [outcome, count] of Object.entries(outcomes))
      metrics.requests.inc({ ...crowd, operation, outcome }, count);
    addLatency(metrics.latency, { ...crowd, operation }, own);
    addEarliest(metrics.earliest, { ...crowd, operation }, own);
    if (own) metrics.average.set({ ...crowd, operation }, own.avgMs / 1000);
  }
  addLatency(metrics.latency, { ...crowd, operation: 'all actions' }, latency);
  addEarliest(metrics.earliest, { ...crowd, operation: 'all actions' }, latency);
  if (latency) metrics.average.set({ ...crowd, operation: 'all actions' }, latency.avgMs / 1000);
}

/** A percentile of too few samples is left out. */
function addLatency(gauge: Gauge, labels: Record<string, string>, latency: SummaryLatency): void {
  if (!latency) return;
  const { minMs, maxMs } = latency;
  gauge.set({ ...labels, quantile: '0' }, minMs / 1000);
  for (const [quantile, value] of percentilesOf(latency))
    if ('valueMs' in value) gauge.set({ ...labels, quantile }, value.valueMs / 1000);
  gauge.set({ ...labels, quantile: '1' }, maxMs / 1000);
}

/** Of the same percentiles, as far as their other end is known. */
function addEarliest(gauge: Gauge, labels: Record<string, string>, latency: SummaryLatency): void {
  if (!latency) return;
  for (const [quantile, value] of percentilesOf(latency))
    if ('valueMs' in value && value.earliestMs !== undefined)
      gauge.set({ ...labels, quantile }, value.earliestMs / 1000);
}

function percentilesOf({ p50, p95, p99 }: NonNullable<SummaryLatency>): [string, SummaryPercentile][] {
  return Object.entries({ '0.5': p50, '0.95': p95, '0.99': p99 });
}
