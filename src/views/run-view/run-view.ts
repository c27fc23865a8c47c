import type { Capacity } from '../../capacity/evidence.ts';
import type { GeneratorAdds } from '../../crowd/generator-adds.ts';
import type { SelfCheckFinding } from '../../crowd/self-check.ts';
import type { SliceReport } from '../../crowd/slice-report.ts';
import type { Latencies } from '../../live/latencies.ts';
import type { LivePhase } from '../../live/live-phases.ts';
import type { LiveExperiment, MeasuredBenchmark } from '../../live/live-results.ts';
import type { LiveTarget } from '../../live/live-targets.ts';
import type { SoakSummary } from '../../results/summary/soak-schema.ts';
import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import type { MergedTimings } from '../../timings/merged-timings.ts';

/** A live or finished run, for the dashboard and the metrics. */
export interface RunView {
  /** The labels of the run in a monitoring system. */
  readonly labels: Readonly<Record<string, string>>;
  /** Since the run began; null for a run that is over. */
  readonly elapsedS: number | null;
  readonly phases: readonly LivePhase[];
  readonly crowds: readonly CrowdView[];
  readonly experiments: readonly LiveExperiment[];
  readonly benchmarks: readonly MeasuredBenchmark[];
  /** Of a finished run. */
  readonly soak?: SoakSummary | undefined;
}

export interface CrowdView {
  readonly name: string;
  /** Of a finished search. */
  readonly capacity?: Capacity | undefined;
  /** Null while the crowd runs. */
  readonly verdict: string | null;
  /** The number of users by kind. */
  readonly users: Readonly<Partial<Record<'now' | 'peak' | 'requested', number>>>;
  readonly elapsedS: number;
  /** The latest report of each slice. */
  readonly reports: readonly SliceReport[];
  readonly timings: MergedTimings;
  /** Percentiles of a histogram of `timings`. */
  latencies(histogram: LatencyHistogram): Latencies;
  /** Latencies of all actions within the last ten seconds; null for a crowd that is over. */
  readonly recent: Latencies | null;
  readonly targets: readonly Pick<LiveTarget, 'target' | 'state' | 'value' | 'limit' | 'unit'>[];
  readonly generator: {
    readonly isOk: boolean;
    readonly adds: GeneratorAdds | null;
    readonly checks: readonly Pick<SelfCheckFinding, 'check' | 'ok'>[];
  };
}
