import type { GeneratorAdds } from '../../crowd/generator-adds.ts';
import type { SelfCheckFinding } from '../../crowd/self-check.ts';
import type { SliceReport } from '../../crowd/slice-report.ts';
import type { Latencies } from '../../live/latencies.ts';
import type { LivePhase } from '../../live/live-phases.ts';
import type { LiveBenchmark, LiveExperiment } from '../../live/live-results.ts';
import type { LiveTarget } from '../../live/live-targets.ts';
import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import type { MergedTimings } from '../../timings/merged-timings.ts';

/** A run as the dashboard and the metrics show it, whether it goes on or is over. */
export interface RunView {
  readonly id: string;
  /** What names the run in a monitoring system, by label. */
  readonly labels: Readonly<Record<string, string>>;
  /** Since the run began; null for a run that is over. */
  readonly elapsedS: number | null;
  readonly phases: readonly LivePhase[];
  readonly crowds: readonly CrowdView[];
  readonly experiments: readonly LiveExperiment[];
  readonly benchmarks: readonly LiveBenchmark[];
}

export interface CrowdView {
  readonly name: string;
  /** Null while the crowd is there. */
  readonly verdict: string | null;
  /** By kind: `now`, at the most (`reached`), and requested (`asked`). */
  readonly users: Readonly<Partial<Record<'now' | 'peak' | 'requested', number>>>;
  readonly elapsedS: number;
  /** The latest report of each slice. */
  readonly reports: readonly SliceReport[];
  readonly timings: MergedTimings;
  /** Percentiles of one of the histograms of `timings`. */
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
