import type { Journal } from '../../experiments/journal.ts';
import { MergedTimings } from '../../timings/merged-timings.ts';
import type { ExperimentEvidence } from '../evidence/read.ts';
import { distributionsOf } from './distribution.ts';
import type { Distributions } from './distribution-schema.ts';
import { summariseLatency } from './latency.ts';
import { operationsOf } from './operations.ts';
import type { Summary } from './schema.ts';
import { overTime } from './series.ts';
import type { RecordedSeries } from './series-schema.ts';

/** One experiment: its journal, and what its participants measured. */
export interface ExperimentSummary {
  readonly journal: Journal;
  readonly total: number;
  readonly failed: number;
  readonly latency: Summary['latency'];
  readonly operations: Summary['operations'];
  readonly distributions: Distributions;
  readonly series: RecordedSeries;
}

export function summariseExperiment({ journal, timings }: ExperimentEvidence): ExperimentSummary {
  const merged = new MergedTimings(timings === null ? [] : [timings]);
  const { actions } = merged;
  return {
    journal,
    total: actions.total,
    failed: actions.total - actions.successful,
    latency: summariseLatency(actions.ok, actions.earliest),
    operations: operationsOf(merged),
    distributions: distributionsOf(merged),
    series: overTime(merged).series,
  };
}
