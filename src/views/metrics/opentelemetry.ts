import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { assertNever } from '../../kernel/errors.ts';
import { lastLook } from '../../kernel/secrets.ts';
import type { RunView } from '../run-view/run-view.ts';
import { metrics } from './catalogue.ts';
import { BOUNDS_S, type Durations, type Labels, type Metric, type Quantiles, type Sample } from './metric.ts';

/** `ValueType.DOUBLE` of the API, which the SDK does not export. */
const DOUBLE = 1;

/** The start of the counters and the time of the reading: wall clock, in ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The metrics of a run for OpenTelemetry's exporters, cumulative since the run began. */
export function metricData(run: RunView, span: Span): MetricData[] {
  return metrics.map((metric) => dataOf(metric, run, span));
}

function dataOf(metric: Metric, run: RunView, span: Span): MetricData {
  const { name, unit, help: description } = metric;
  const described = {
    descriptor: { name, description, unit, valueType: DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  switch (metric.kind) {
    case 'gauge':
      return { ...described, dataPointType: DataPointType.GAUGE, dataPoints: points(metric.read(run), span) };
    case 'counter':
      return {
        ...described,
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: points(metric.read(run), span),
      };
    case 'histogram':
      return {
        ...described,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: metric.read(run).map((durations) => point(durations.labels, histogram(durations), span)),
      };
    case 'summary':
      // Summaries are legacy in OpenTelemetry, and its SDK does not support them.
      return {
        ...described,
        dataPointType: DataPointType.GAUGE,
        dataPoints: points(metric.read(run).flatMap(quantiles), span),
      };
    default:
      return assertNever(metric);
  }
}

function points(samples: readonly Sample[], span: Span): DataPoint<number>[] {
  return samples.map(({ labels, value }) => point(labels, value, span));
}

function point<Value>(labels: Labels, value: Value, { fromMs, toMs }: Span): DataPoint<Value> {
  // Labels may repeat any text of the service.
  const attributes = Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, lastLook(text)]));
  return { startTime: hrTime(fromMs), endTime: hrTime(toMs), attributes, value };
}

/** The count of each bucket; the last bucket lies beyond all bounds. */
function histogram({ count, sumS, upTo }: Durations) {
  const counts = [...upTo, count].map((total, index, all) => total - (all[index - 1] ?? 0));
  return { buckets: { boundaries: [...BOUNDS_S], counts }, sum: sumS, count };
}

function quantiles({ labels, values }: Quantiles): Sample[] {
  return values.map(({ quantile, seconds }) => ({
    labels: { ...labels, quantile: String(quantile) },
    value: seconds,
  }));
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): DataPoint<number>['startTime'] {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
}
