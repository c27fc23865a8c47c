import { EventEmitter } from 'node:events';
import type { Coordinator } from '../crowd/coordinator/coordinator.ts';
import { durationMs, type Schedule } from '../crowd/schedules/index.ts';
import type { SliceReport } from '../crowd/slice-report.ts';
import { inUnitWithin } from '../kernel/figures.ts';
import type { Target } from '../targets/target.ts';
import { LiveCrowd } from './live-crowd.ts';
import { LiveLog } from './live-log.ts';
import { LivePhases } from './live-phases.ts';
import { LiveProgress } from './live-progress.ts';
import { LiveResults } from './live-results.ts';
import type { LiveTarget } from './live-targets.ts';

/** The facts that do not change during a run. */
export interface LiveFacts {
  readonly id: string;
  readonly serviceUrl: string;
  readonly schedule: Schedule;
  readonly targets: readonly Target[];
  /** The schedule and the targets of a crowd; by default the two above. */
  readonly ofCrowd?: (name: string) => Pick<LiveFacts, 'schedule' | 'targets'>;
  /** Slices of each crowd that this machine runs. */
  readonly slices: readonly number[];
  /** The number of load tests; by default one. */
  readonly loadTests?: number;
  /** The longest time of a capacity search or a soak, in seconds; absent for other runs. */
  readonly limitS?: number | undefined;
  /** The load of a capacity search or a soak, in words; absent for other runs, whose schedule says it. */
  readonly load?: string | undefined;
}

/** The verdict of a load test, and what a reader must know about it, one sentence each. */
export interface Conclusion {
  readonly name: string;
  readonly verdict: Verdict;
  readonly sentences: readonly string[];
}

export type Verdict = 'passed' | 'failed' | 'inconclusive' | 'interrupted';

const TICK_MS = 1000;

/**
 * The state of a live run, which every live view reads. It changes once a second and then emits `tick`.
 * A `notice` is a line for the user at the console.
 */
export class LiveRun extends EventEmitter<{ tick: []; notice: [string] }> {
  readonly facts: LiveFacts;
  readonly phases = new LivePhases();
  readonly log = new LiveLog();
  readonly results = new LiveResults(this.log);
  readonly #startedAt = performance.now();
  readonly #progress = new LiveProgress();
  readonly #conclusions: Conclusion[] = [];
  readonly #crowds = new Map<string, LiveCrowd>();
  /** Crowds that were forgotten: each is shown until the next crowd reports. */
  readonly #leaving = new Set<string>();
  readonly #silent = new Set<string>();
  readonly #targetStates = new Map<string, LiveTarget['state']>();
  #verdict: Verdict | null = null;
  #isBroken = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(facts: LiveFacts) {
    super();
    this.facts = facts;
  }

  /** Follows the reports of the slices, and ticks, until `end`. Its timer keeps no process alive. */
  follow(coordinator: Coordinator): void {
    const guarded = (act: () => void) => this.#guarded(act);
    coordinator.on('started', (name) => guarded(() => this.log.add('crowd', `${name}: begins`)));
    coordinator.on('report', (report) => guarded(() => this.report(report)));
    coordinator.on('lost', (name, slice) => guarded(() => this.lost(name, slice)));
    coordinator.on('stopped', (why) => guarded(() => this.log.add('crowd', `stopped early: ${why}`, 'bad')));
    coordinator.on('over', (name) => guarded(() => this.crowdOver(name)));
    coordinator.on('notice', (text) => {
      // The console has columns: a title, and lines that begin below each other.
      this.log.add('crowd', text.replace(/\s+/g, ' '));
      this.emit('notice', text);
    });
    coordinator.on('forgotten', (name) => this.#leaving.add(name));
    this.#timer = setInterval(() => guarded(() => this.tick()), TICK_MS).unref();
  }

  report(report: SliceReport): void {
    this.#crowd(report.crowd).add(report);
  }

  lost(name: string, slice: number): void {
    this.#crowd(name).lose(slice);
    this.log.add('problem', `${name}: slice ${slice} was lost`, 'bad');
  }

  crowdOver(name: string): void {
    this.#crowd(name).end();
    this.log.add('crowd', `${name}: all participants have left`);
  }

  get elapsedS(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** How far the run is, from 0 to 1; it never falls. */
  get progress(): number {
    const { schedule, loadTests = 1, limitS } = this.facts;
    const startedAt = this.phases.current?.startedAt;
    const elapsedS = startedAt === undefined ? 0 : (performance.now() - startedAt) / 1000;
    return this.#progress.at({
      phases: this.phases.all,
      crowds: this.crowds,
      loadTests,
      scheduleS: durationMs(schedule) / 1000,
      limited: limitS === undefined ? undefined : { limitS, elapsedS },
    });
  }

  /** The verdicts of the load tests so far. */
  get conclusions(): readonly Conclusion[] {
    return this.#conclusions;
  }

  conclude(conclusion: Conclusion): void {
    this.#conclusions.push(conclusion);
  }

  /** The crowds that reported something, in the order in which they began. */
  get crowds(): readonly LiveCrowd[] {
    return [...this.#crowds.values()].filter(({ reports }) => reports.length > 0);
  }

  /** Null until the run ends. */
  get verdict(): Verdict | null {
    return this.#verdict;
  }

  /** Judges the targets, logs their changes and silent slices, and notifies the views. */
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
    this.#progress.end();
    this.log.add('run', `the run is over: ${verdict}`, verdict === 'passed' ? 'good' : 'bad');
    this.tick();
  }

  #crowd(name: string): LiveCrowd {
    const { slices, ofCrowd = () => this.facts } = this.facts;
    const known = this.#crowds.get(name);
    if (known) return known;
    for (const other of this.#leaving) this.#forget(other);
    const { schedule, targets } = ofCrowd(name);
    const crowd = new LiveCrowd({ name, expected: slices, schedule, targets });
    this.#crowds.set(name, crowd);
    return crowd;
  }

  #forget(name: string): void {
    this.#leaving.delete(name);
    this.#crowds.delete(name);
    const isOfCrowd = (key: string) => key.startsWith(`${name}\n`);
    for (const key of this.#silent) if (isOfCrowd(key)) this.#silent.delete(key);
    for (const key of this.#targetStates.keys()) if (isOfCrowd(key)) this.#targetStates.delete(key);
  }

  /** A defect of the live view must not end the run: the run continues without the view, and a notice reports it. */
  #guarded(act: () => void): void {
    if (this.#isBroken) return;
    try {
      act();
    } catch (error) {
      this.#isBroken = true;
      const text = `The live view has stopped, the run continues: ${error instanceof Error ? error.message : error}`;
      this.log.add('problem', text, 'bad');
      this.emit('notice', text);
    }
  }

  #noteSilence(crowd: LiveCrowd, report: SliceReport, now: number): void {
    const key = `${crowd.name}\n${report.slice}`;
    const isSilent = crowd.stateOf(report, now) === 'silent';
    if (isSilent && !this.#silent.has(key))
      this.log.add('problem', `${crowd.name}: slice ${report.slice} has been silent for some seconds`, 'bad');
    if (isSilent) this.#silent.add(key);
    else this.#silent.delete(key);
  }

  #noteTarget(crowd: LiveCrowd, { target, state, value, unit, bracket, note }: LiveTarget): void {
    const key = `${crowd.name}\n${target}`;
    const before = this.#targetStates.get(key);
    // A target with too few samples is not logged: more samples will come.
    if (state !== 'met' && state !== 'missed') return;
    this.#targetStates.set(key, state);
    // A target that is met from the start is not logged.
    if (before === state || (state === 'met' && before === undefined)) return;
    const shown = value === null ? (note ?? 'no data') : inUnitWithin(value, unit, bracket);
    const tone = state === 'met' ? 'good' : 'bad';
    this.log.add('target', `${target}: ${state}, ${shown}`, tone, crowd.elapsedS);
  }
}
