import { type BenchmarkResult, doubtsOf, verdictOf } from '../benchmarks/result.ts';
import { type Finding, type FindingVerdict, isAgainst } from '../checks/check.ts';
import type { Journal } from '../experiments/journal.ts';
import { type Bracketed, MergedOperation } from '../timings/merged-timings.ts';
import type { LiveLog } from './live-log.ts';

/** One chaos experiment, while it runs and when it is over. */
export interface LiveExperiment {
  /** Short, and the same in each run; until the experiment is over, its title. */
  readonly name: string;
  readonly question: string;
  readonly title: string;
  /** `broken`: it ended without a verdict. */
  readonly state: 'running' | FindingVerdict | 'broken';
  /** The step that runs now. */
  readonly act: string | null;
  readonly seconds: number | null;
  readonly findings: readonly Pick<Finding, 'check' | 'verdict' | 'message'>[];
}

/** One endpoint benchmark that was measured. */
export interface LiveBenchmark {
  readonly title: string;
  readonly operation: string;
  readonly verdict: ReturnType<typeof verdictOf>;
  readonly calls: number;
  readonly failed: number;
  /** Latencies of the successes, at the latest and at the earliest. */
  readonly latencies: Bracketed;
  readonly targets: readonly Pick<
    BenchmarkResult['targets'][number],
    'target' | 'state' | 'value' | 'unit' | 'bracket'
  >[];
  /** Why the measurement is in doubt, or what became slower. */
  readonly remarks: readonly string[];
}

/** The results of the experiments and benchmarks of a run so far. */
export class LiveResults {
  readonly #log: LiveLog;
  readonly #experiments = new Map<string, LiveExperiment>();
  readonly #benchmarks: LiveBenchmark[] = [];
  #changes = 0;

  constructor(log: LiveLog) {
    this.#log = log;
  }

  /** Counts what was added or replaced. */
  get changes(): number {
    return this.#changes;
  }

  get experiments(): readonly LiveExperiment[] {
    return [...this.#experiments.values()];
  }

  get benchmarks(): readonly LiveBenchmark[] {
    return this.#benchmarks;
  }

  /** `id` names the experiment within the run; a later state of the same experiment replaces the earlier one. */
  experiment(id: string, experiment: LiveExperiment): void {
    const known = this.#experiments.get(id);
    this.#experiments.set(id, experiment);
    this.#changes += 1;
    const { title, state, act, findings } = experiment;
    if (state === 'running') {
      if (!known) this.#log.add('fault', `experiment: ${title}`);
      if (act !== null && act !== known?.act) this.#log.add('fault', act);
      return;
    }
    for (const finding of findings.filter(isAgainst))
      this.#log.add('finding', `${finding.verdict}: ${finding.check}: ${finding.message}`, 'bad');
    const isBad = state === 'broken' || isAgainst({ verdict: state });
    this.#log.add('finding', `${title}: ${state}`, isBad ? 'bad' : 'good');
  }

  benchmark(benchmark: LiveBenchmark): void {
    this.#benchmarks.push(benchmark);
    this.#changes += 1;
    const { title, verdict, remarks } = benchmark;
    const text = [`benchmark: ${title}: ${verdict}`, ...remarks].join('; ');
    this.#log.add('finding', text, verdict === 'passed' ? 'good' : 'bad');
  }
}

export function concludedExperiment({ experiment, duration, fullhouse }: Journal): LiveExperiment {
  const findings = [...fullhouse.findings, ...fullhouse.checks.map(({ finding }) => finding)];
  return {
    name: experiment.tags[0] ?? experiment.title,
    question: experiment.description,
    title: experiment.title,
    state: fullhouse.verdict,
    act: null,
    seconds: duration,
    findings: findings.map(({ check, verdict, message }) => ({ check, verdict, message })),
  };
}

export function measuredBenchmark(result: BenchmarkResult): LiveBenchmark {
  const { title, operation, timings, targets, regressions } = result;
  const merged = new MergedOperation();
  merged.add(timings);
  return {
    title,
    operation,
    verdict: verdictOf(result),
    calls: merged.total,
    failed: merged.total - merged.successful,
    latencies: merged.latencies,
    targets: targets.map(({ target, state, value, unit, bracket }) => ({
      target,
      state,
      value,
      unit,
      ...(bracket ? { bracket } : {}),
    })),
    remarks: [...doubtsOf(result), ...regressions.map(({ message }) => message)],
  };
}
