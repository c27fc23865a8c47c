import { crowdMetrics } from './crowd-metrics.ts';
import { generatorMetrics } from './generator-metrics.ts';
import type { Metric } from './metric.ts';
import { runMetrics } from './run-metrics.ts';

/** Every metric of a run while it goes on, each named once: for Prometheus and for OpenTelemetry. */
export const metrics: readonly Metric[] = [...runMetrics, ...crowdMetrics, ...generatorMetrics];
