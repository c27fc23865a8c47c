import { levelUnit } from '../../capacity/axis.ts';
import type { Capacity } from '../../capacity/evidence.ts';
import { measuredBenchmark } from '../../live/live-results.ts';
import { summariseLatency } from '../../results/summary/latency.ts';
import type { SummaryLatency } from '../../results/summary/schema.ts';
import type { RunReport } from '../report-part.ts';

/** One figure of `performance.json`, for Allure's trends over the runs. Times in ms since 1970. */
interface Metric {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly group: string;
  readonly groupTitle: string;
  readonly start: number;
  readonly stop: number;
}

/** The figures of each crowd and each benchmark for Allure's trends. */
export function metricsOf({ crowds, benchmarks }: RunReport): Metric[] {
  return [
    ...crowds.flatMap(({ summary }) => {
      const { run, totals, latency, capacity } = summary;
      const start = run.startedAt === null ? 0 : Date.parse(run.startedAt);
      const group = { group: `load ${run.crowd}`, groupTitle: `Load: ${run.crowd}` };
      const span = { ...group, start, stop: start + run.durationS * 1000 };
      if (capacity) return capacityMetric(run.crowd, capacity, span);
      const lower = (name: string, value: number, unit: string) =>
        metric(`load.${run.crowd}.${name}`, name, value, unit, span);
      return [
        ...latencies(latency).map(([name, ms]) => lower(name, ms, 'ms')),
        ...(totals.errorRatePercent === null ? [] : [lower('error rate', totals.errorRatePercent, '%')]),
        { ...lower('throughput', totals.perSecond, '/s'), better: 'higher' as const },
      ];
    }),
    ...benchmarks.map(measuredBenchmark).flatMap(({ result, calls }) => {
      const { operation, startedAt, seconds } = result;
      const start = Date.parse(startedAt);
      const group = { group: 'bench', groupTitle: 'Benchmarks' };
      const span = { ...group, start, stop: start + seconds * 1000 };
      return latencies(summariseLatency(calls.ok, calls.earliest))
        .filter(([name]) => name === 'P95')
        .map(([name, ms]) => metric(`bench.${operation}.${name}`, `${operation} ${name}`, ms, 'ms', span));
    }),
  ];
}

/** Only a capacity that is known is a figure. */
function capacityMetric(name: string, { answer, axis }: Capacity, span: Span): Metric[] {
  if (answer?.endedBy !== 'found' || answer.holds === null) return [];
  const group = { group: `capacity ${name}`, groupTitle: `Capacity: ${name}` };
  const shown = metric(`capacity.${name}`, 'capacity', answer.holds, levelUnit(axis), { ...span, ...group });
  return [{ ...shown, better: 'higher' }];
}

type Span = Pick<Metric, 'group' | 'groupTitle' | 'start' | 'stop'>;

function metric(key: string, title: string, value: number, unit: string, span: Span): Metric {
  return { id: key, key, title, value, unit, better: 'lower', ...span };
}

/** The average and the percentiles; a percentile with too few samples is omitted. */
function latencies(latency: SummaryLatency): [name: string, ms: number][] {
  if (!latency) return [];
  const { avgMs, p50, p95, p99 } = latency;
  const percentiles = Object.entries({ P50: p50, P95: p95, P99: p99 });
  return [
    ['average', avgMs],
    ...percentiles.flatMap(([name, value]): [string, number][] =>
      'valueMs' in value ? [[name, value.valueMs]] : [],
    ),
  ];
}
