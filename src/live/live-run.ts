import { EventEmitter } from 'node:events';
import type { Coordinator } from '../crowd/coordinator/coordinator.ts';
import type { Schedule } from '../crowd/schedules/index.ts';
import type { ShareReport } from '../crowd/share-report.ts';
import { inUnit } from '../kernel/figures.ts';
import type { Target } from '../targets/target.ts';
import { LiveCrowd } from './live-crowd.ts';
import { LiveLog } from './live-log.ts';
import { LivePhases } from './live-phases.ts';
import { LiveResults } from './live-results.ts';
import type { LiveTarget } from './live-targets.ts';

/** What does not change while a run goes on. */
export interface LiveFacts {
  readonly id: string;
  readonly serviceUrl: string;
  readonly schedule: Schedule;
  readonly targets: readonly Target[];
  /** Shares of each crowd that this machine runs. */
  readonly shares: readonly number[];
}

export type Verdict = 'passed' | 'failed' | 'inconclusive' | 'interrupted';

const TICK_MS = 1000;

/**
 * What is known of a run while it goes on: the one place that every live view reads. Changes once a second, and tells
 * it by `tick`. A `notice` is for whoever sits in front of it.
 */
export class LiveRun extends EventEmitter<{ tick: []; notice: [string] }> {
  readonly facts: LiveFacts;
  readonly phases = new LivePhases();
  readonly log = new LiveLog();
  readonly results = new LiveResults(this.log);
  readonly #startedAt = performance.now();
  readonly #crowds = new Map<string, LiveCrowd>();
  readonly #targetStates = new Map<string, LiveTarget['state']>();
  #verdict: Verdict | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(facts: LiveFacts) {
    super();
    this.facts = facts;
  }

  /** Hears what the shares of the run report, and ticks, until `end`. Keeps no process alive. */
  follow(coordinator: Coordinator): void {
    coordinator.on('started', (name) => this.log.add('crowd', `${name}: all shares are there, it begins`));
    coordinator.on('report', (report) => this.report(report));
    coordinator.on('over', (name) => this.crowdOver(name));
    this.#timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  report(report: ShareReport): void {
    const { schedule, targets, shares } = this.facts;
    const { crowd: name } = report;
    const crowd = this.#crowds.get(name) ?? new LiveCrowd({ name, expected: shares, schedule, targets });
    this.#crowds.set(name, crowd);
    crowd.add(report);
  }

  crowdOver(name: string): void {
    this.#crowds.get(name)?.end();
    this.log.add('crowd', `${name}: its participants are gone`);
  }

  get elapsedS(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** The crowds that reported something, in the order of their first report. */
  get crowds(): readonly LiveCrowd[] {
    return [...this.#crowds.values()];
  }

  /** Null while the run goes on. */
  get verdict(): Verdict | null {
    return this.#verdict;
  }

  /** Judges, notes what changed, and tells everybody who watches. */
  tick(): void {
    for (const crowd of this.#crowds.values()) {
      for (const target of crowd.targets) this.#noteTarget(crowd, target);
    }
    this.emit('tick');
  }

  end(verdict: Verdict): void {
    clearInterval(this.#timer);
    this.#verdict = verdict;
    this.log.add('run', `the run is over: ${verdict}`, verdict === 'passed' ? 'good' : 'bad');
    this.tick();
  }

  #noteTarget(crowd: LiveCrowd, { target, state, value, unit, note }: LiveTarget): void {
    const key = `${crowd.name}\n${target}`;
    const before = this.#targetStates.get(key);
    // Too few samples are no news: there will be more.
    if (state !== 'met' && state !== 'missed') return;
    this.#targetStates.set(key, state);
    // What is met from the beginning is none either.
    if (before === state || (state === 'met' && before === undefined)) return;
    const shown = value === null ? (note ?? 'no data') : inUnit(value, unit);
    const tone = state === 'met' ? 'good' : 'bad';
    this.log.add('target', `${target}: ${state}, ${shown}`, tone, crowd.elapsedS);
  }
}
