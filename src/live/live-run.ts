import { EventEmitter } from 'node:events';
import type { Coordinator } from '../crowd/coordinator/coordinator.ts';
import type { Schedule } from '../crowd/schedules/index.ts';
import type { ShareReport } from '../crowd/share-report.ts';
import { inUnitWithin } from '../kernel/figures.ts';
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
  readonly #silent = new Set<string>();
  readonly #targetStates = new Map<string, LiveTarget['state']>();
  #verdict: Verdict | null = null;
  #isBroken = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(facts: LiveFacts) {
    super();
    this.facts = facts;
  }

  /** Hears what the shares of the run report, and ticks, until `end`. Keeps no process alive. */
  follow(coordinator: Coordinator): void {
    const heard = <Args extends unknown[]>(act: (...args: Args) => void) => {
      return (...args: Args) => this.#guarded(() => act(...args));
    };
    coordinator.on(
      'started',
      heard((name) => this.log.add('crowd', `${name}: it begins`)),
    );
    coordinator.on(
      'report',
      heard((report) => this.report(report)),
    );
    coordinator.on(
      'lost',
      heard((name, share) => this.lost(name, share)),
    );
    coordinator.on(
      'stopped',
      heard((reason) => this.log.add('crowd', `stopped early: ${reason}`, 'bad')),
    );
    coordinator.on(
      'over',
      heard((name) => this.crowdOver(name)),
    );
    this.#timer = setInterval(() => this.#guarded(() => this.tick()), TICK_MS).unref();
  }

  report(report: ShareReport): void {
    this.#crowd(report.crowd).add(report);
  }

  lost(name: string, share: number): void {
    this.#crowd(name).lose(share);
    this.log.add('trouble', `${name}: share ${share} was lost`, 'bad');
  }

  crowdOver(name: string): void {
    this.#crowd(name).end();
    this.log.add('crowd', `${name}: its participants are gone`);
  }

  get elapsedS(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** The crowds that reported something, in the order in which they began. */
  get crowds(): readonly LiveCrowd[] {
    return [...this.#crowds.values()].filter(({ reports }) => reports.length > 0);
  }

  /** Null while the run goes on. */
  get verdict(): Verdict | null {
    return this.#verdict;
  }

  /** Judges, notes what changed, and tells everybody who watches. */
  tick(now = performance.now()): void {
    for (const crowd of this.#crowds.values()) {
      for (const target of crowd.targets) this.#noteTarget(crowd, target);
      for (const report of crowd.reports) this.#noteSilence(crowd, report, now);
    }
    this.emit('tick');
  }

  end(verdict: Verdict): void {
    clearInterval(this.#timer);
    this.#verdict = verdict;
    this.log.add('run', `the run is over: ${verdict}`, verdict === 'passed' ? 'good' : 'bad');
    this.tick();
  }

  #crowd(name: string): LiveCrowd {
    const { schedule, targets, shares } = this.facts;
    const crowd = this.#crowds.get(name) ?? new LiveCrowd({ name, expected: shares, schedule, targets });
    this.#crowds.set(name, crowd);
    return crowd;
  }

  /** A defect of ours must not end the run that is watched: it goes on unwatched, and says so. */
  #guarded(act: () => void): void {
    if (this.#isBroken) return;
    try {
      act();
    } catch (error) {
      this.#isBroken = true;
      const text = `The live view has stopped, the run goes on: ${error instanceof Error ? error.message : error}`;
      this.log.add('trouble', text, 'bad');
      this.emit('notice', text);
    }
  }

  #noteSilence(crowd: LiveCrowd, report: ShareReport, now: number): void {
    const key = `${crowd.name}\n${report.share}`;
    const isSilent = crowd.stateOf(report, now) === 'silent';
    if (isSilent && !this.#silent.has(key))
      this.log.add('trouble', `${crowd.name}: share ${report.share} has been silent for some seconds`, 'bad');
    if (isSilent) this.#silent.add(key);
    else this.#silent.delete(key);
  }

  #noteTarget(crowd: LiveCrowd, { target, state, value, unit, bracket, note }: LiveTarget): void {
    const key = `${crowd.name}\n${target}`;
    const before = this.#targetStates.get(key);
    // Too few samples are no news: there will be more.
    if (state !== 'met' && state !== 'missed') return;
    this.#targetStates.set(key, state);
    // What is met from the beginning is none either.
    if (before === state || (state === 'met' && before === undefined)) return;
    const shown = value === null ? (note ?? 'no data') : inUnitWithin(value, unit, bracket);
    const tone = state === 'met' ? 'good' : 'bad';
    this.log.add('target', `${target}: ${state}, ${shown}`, tone, crowd.elapsedS);
  }
}
