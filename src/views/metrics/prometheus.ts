import { assertNever } from '../../kernel/errors.ts';
import type { RunView } from '../run-view/run-view.ts';
import { metrics } from './catalogue.ts';
import {
  BOUNDS_S,
  type Durations,
  type Labels,
  type Metric,
  prometheusName,
  type Quantiles,
} from './metric.ts';

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The metrics of a run in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats). Metrics without
 * a value are omitted.
 */
export function exposition(run: RunView): string {
  return metrics
    .flatMap((metric) => {
      const name = prometheusName(metric);
      const lines = linesOf(metric, name, run);
      if (lines.length === 0) return [];
      return [`# HELP ${name} ${metric.help}`, `# TYPE ${name} ${metric.kind}`, ...lines, ''].join('\n');
    })
    .join('\n');
}

function linesOf(metric: Metric, name: string, run: RunView): string[] {
  switch (metric.kind) {
    case 'gauge':
    case 'counter':
      return metric.read(run).map(({ labels, value }) => line(name, labels, value));
    case 'histogram':
      return metric.read(run).flatMap((durations) => histogramLines(name, durations));
    case 'summary':
      return metric.read(run).flatMap((quantiles) => summaryLines(name, quantiles));
    default:
      return assertNever(metric);
  }
}

function histogramLines(name: string, { labels, count, sumS, upTo }: Durations): string[] {
  const bucket = (le: string, value: number) => line(`${name}_bucket`, { ...labels, le }, value);
  return [
    ...upTo.map((value, index) => bucket(String(BOUNDS_S[index]), value)),
    bucket('+Inf', count),
    ...sumAndCount(name, { labels, count, sumS }),
  ];
}

function summaryLines(name: string, { values, ...rest }: Quantiles): string[] {
  const quantiles = values.map(({ quantile, seconds }) =>
    line(name, { ...rest.labels, quantile: String(quantile) }, seconds),
  );
  return [...quantiles, ...sumAndCount(name, rest)];
}

function sumAndCount(name: string, { labels, count, sumS }: Omit<Quantiles, 'values'>): string[] {
  return [line(`${name}_sum`, labels, sumS), line(`${name}_count`, labels, count)];
}

/** One sample, with escaped label values. */
function line(name: string, labels: Labels, value: number): string {
  const escaped = Object.entries(labels).map(([label, text]) => {
    const shown = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
    return `${label}="${shown}"`;
  });
  return `${name}${escaped.length > 0 ? `{${escaped.join(',')}}` : ''} ${value}`;
}
