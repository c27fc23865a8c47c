import { type BenchmarkResult, doubtsOf, verdictOf } from '../benchmarks/result.ts';
import { type Finding, type FindingVerdict, isAgainst } from '../checks/check.ts';
import { findingsOf, type Journal } from '../experiments/journal.ts';
import { MergedOperation } from '../timings/merged-timings.ts';
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

/** One endpoint benchmark with its decoded calls. */
export interface MeasuredBenchmark {
  readonly result: BenchmarkResult;
  readonly verdict: ReturnType<typeof verdictOf>;
  readonly calls: MergedOperation;
}

/** The results of the experiments and benchmarks of a run so far. */
export class LiveResults {
  readonly #log: LiveLog;
  readonly #experiments = new Map<string, LiveExperiment>();
  readonly #benchmarks: MeasuredBenchmark[] = [];
  #changes = 0;

  constructor(log: LiveLog) {
    this.#log = log;
  }

  /** The number of added or replaced results. */
  get changes(): number {
    return this.#changes;
  }

  get experiments(): readonly LiveExperiment[] {
    return [...this.#experiments.values()];
  }

  get benchmarks(): readonly MeasuredBenchmark[] {
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

  benchmark(benchmark: MeasuredBenchmark): void {
    this.#benchmarks.push(benchmark);
    this.#changes += 1;
    const { result, verdict } = benchmark;
    const text = [`benchmark: ${result.title}: ${verdict}`, ...benchmarkRemarks(result)].join('; ');
    this.#log.add('finding', text, verdict === 'passed' ? 'good' : 'bad');
  }
}

export function concludedExperiment(journal: Journal): LiveExperiment {
  const { experiment, duration, fullhouse } = journal;
  return {
    name: experiment.tags[0] ?? experiment.title,
    question: experiment.description,
    title: experiment.title,
    state: fullhouse.verdict,
    act: null,
    seconds: duration,
    findings: findingsOf(journal).map(({ check, verdict, message }) => ({ check, verdict, message })),
  };
}

export function measuredBenchmark(result: BenchmarkResult): MeasuredBenchmark {
  const calls = new MergedOperation();
  calls.add(result.timings);
  return { result, verdict: verdictOf(result), calls };
}

/** The doubts about a benchmark and its regressions. */
export function benchmarkRemarks(result: BenchmarkResult): string[] {
  return [...doubtsOf(result), ...result.regressions.map(({ message }) => message)];
}
