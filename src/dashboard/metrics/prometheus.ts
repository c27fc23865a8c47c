import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { assertNever } from '../../kernel/errors.ts';
import type { LiveRun } from '../../live/live-run.ts';
import { metrics } from './catalogue.ts';
import {
  BOUNDS_S,
  type Durations,
  type Labels,
  type Metric,
  prometheusName,
  type Quantiles,
} from './metric.ts';

const kinds = { gauge: Gauge, counter: Counter, histogram: Histogram, summary: Summary };

/** The metrics of a run in Prometheus' text format, read anew each time they are asked for. */
export function prometheusRegistry(run: LiveRun): Registry {
  const registry = new Registry();
  for (const metric of metrics) {
    const name = prometheusName(metric);
    const shown = new kinds[metric.kind]({ name, help: metric.help, registers: [] });
    const described = shown.get();
    // The library would count by itself; here everything is counted already.
    const get = async () => ({ ...(await described), values: valuesOf(metric, name, run) });
    // Histograms are asked by a second name, which the types do not tell.
    registry.registerMetric(Object.assign(shown, { get, getForPromString: get }));
  }
  return registry;
}

interface Value {
  readonly metricName?: string;
  readonly labels: Labels;
  readonly value: number;
}

function valuesOf(metric: Metric, name: string, run: LiveRun): readonly Value[] {
  switch (metric.kind) {
    case 'gauge':
    case 'counter':
      return metric.read(run);
    case 'histogram':
      return metric.read(run).flatMap((durations) => histogramValues(name, durations));
    case 'summary':
      return metric.read(run).flatMap((quantiles) => summaryValues(name, quantiles));
    default:
      return assertNever(metric);
  }
}

function histogramValues(name: string, { labels, count, sumS, upTo }: Durations): Value[] {
  const bucket = (le: string, value: number): Value => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value,
  });
  return [
    ...upTo.map((value, index) => bucket(String(BOUNDS_S[index]), value)),
    bucket('+Inf', count),
    ...sumAndCount(name, { labels, count, sumS }),
  ];
}

function summaryValues(name: string, { values, ...rest }: Quantiles): Value[] {
  return [
    ...values.map(({ quantile, seconds }) => ({
      labels: { ...rest.labels, quantile: String(quantile) },
      value: seconds,
    })),
    ...sumAndCount(name, rest),
  ];
}

function sumAndCount(name: string, { labels, count, sumS }: Omit<Quantiles, 'values'>): Value[] {
  return [
    { metricName: `${name}_sum`, labels, value: sumS },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
