import type { Capacity } from '../../capacity/evidence.ts';
import {
  begin,
  interrupt,
  interruptGone,
  observe,
  type Search,
  type SearchOptions,
  toCapacity,
} from '../../capacity/search.ts';
import { type Resource, secondOf } from '../../capacity/second.ts';
import { printForUser } from '../../config/command-line.ts';
import type { Coordinator } from '../../crowd/coordinator/coordinator.ts';
import type { SliceReport } from '../../crowd/slice-report.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ClosedSeconds } from '../../live/closed-seconds.ts';
import type { ServiceSample } from '../../meetings/service-sample.ts';
import type { EncodedWindow } from '../../timings/encoded.ts';
import type { CrowdMeetings } from './crowd-meetings.ts';
import { BUSY_CORES, GeneratorLimits } from './generator-limits.ts';
import { answerLine, endLine, levelLine, shortReason } from './level-line.ts';
import { serviceReadings } from './service-readings.ts';

export interface SteeredSearchOptions {
  readonly crowd: string;
  /** The release of the barrier, on the clock that all processes of this machine share. */
  readonly startedAt: number;
  readonly clock: Pick<Clock, 'now'>;
  /** The slices of the crowd. */
  readonly slices: readonly number[];
  readonly options: SearchOptions;
  readonly coordinator: Pick<Coordinator, 'on' | 'off' | 'emit' | 'order' | 'noteCapacity'>;
  readonly meetings: Pick<CrowdMeetings, 'openFor' | 'seen'>;
  /** Resolves when the service answers. @throws {UserError} if it does not: a level on it would say nothing */
  serves(): Promise<unknown>;
  keep(crowd: string, capacity: Capacity): void;
}

/** From a decision to the begin of the step: time for the message to reach every slice. */
const LEAD_MS = 100;
/** A search ends this much later at the latest, even if no slice reports any more. */
const SILENCE_MS = 30_000;

/** Leads one search: makes an observation of each second of its crowd, and sends each step to the slices. */
export class SteeredSearch {
  readonly #options: SteeredSearchOptions;
  readonly #seconds: ClosedSeconds;
  readonly #generator: GeneratorLimits;
  readonly #timer: NodeJS.Timeout;
  #search: Search;
  /** The step that the slices follow, and since when, in ms since the start of the crowd. */
  #inForce = { number: 0, fromMs: Number.POSITIVE_INFINITY };
  #lastSample: ServiceSample | undefined;
  /** Readings that belong to no second yet. */
  #resources: Resource[] = [];

  constructor(options: SteeredSearchOptions) {
    const { coordinator, slices } = options;
    this.#options = options;
    this.#seconds = new ClosedSeconds(slices, (second, parts) => this.#closed(second, parts));
    this.#generator = new GeneratorLimits(options.options.axis === 'arrivals' ? 'arrivals' : 'users');
    this.#search = begin(options.options);
    coordinator.on('report', this.#report);
    coordinator.on('sample', this.#sample);
    coordinator.on('lost', this.#lost);
    coordinator.on('stopped', this.#interrupt);
    coordinator.on('over', this.#over);
    const ms = options.options.forMs + SILENCE_MS;
    this.#timer = setTimeout(() => this.#interrupt(), ms).unref();
    this.#note();
    void this.#act();
  }

  /** Ends the search if it has not ended, and stops listening. */
  end(): void {
    this.#interrupt();
    const { coordinator } = this.#options;
    clearTimeout(this.#timer);
    coordinator.off('report', this.#report);
    coordinator.off('sample', this.#sample);
    coordinator.off('lost', this.#lost);
    coordinator.off('stopped', this.#interrupt);
    coordinator.off('over', this.#over);
  }

  readonly #report = (report: SliceReport): void => {
    if (report.crowd !== this.#options.crowd) return;
    this.#generator.add(report);
    this.#seconds.add(report);
  };

  readonly #sample = (crowd: string, sample: ServiceSample): void => {
    if (crowd !== this.#options.crowd) return;
    this.#resources.push(...serviceReadings(this.#lastSample, sample));
    this.#lastSample = sample;
  };

  /** The other slices would host a smaller load than the level says. */
  readonly #lost = (crowd: string, slice: number): void => {
    if (crowd !== this.#options.crowd) return;
    this.#seconds.lose(slice);
    this.#interrupt();
  };

  readonly #over = (crowd: string): void => {
    if (crowd === this.#options.crowd) this.end();
  };

  readonly #interrupt = (): void => {
    this.#advance(interrupt(this.#search));
  };

  #closed(second: number, parts: readonly EncodedWindow[]): void {
    const { reason, cpu } = this.#generator.take(second);
    const { number: step, fromMs } = this.#inForce;
    const atMs = second * 1000;
    // A second in which a step began belongs to no step.
    if (atMs < fromMs) return;
    const generatorCpu = { name: 'load generator CPU', value: cpu, unit: 'cores', limit: BUSY_CORES };
    const resources = [...this.#resources, generatorCpu];
    this.#resources = [];
    const { limits } = this.#options.options;
    this.#advance(
      observe(this.#search, secondOf(parts, limits, { atMs, step, generator: reason, resources })),
    );
  }

  #advance(search: Search): void {
    const [before, { step, levels, options }] = [this.#search, search];
    this.#search = search;
    const judged = levels.slice(before.levels.length);
    for (const level of judged) {
      if (options.axis === 'arrivals') this.#options.meetings.seen(level.level, level.users);
      this.#tell(levelLine(options.axis, level));
    }
    const isNew = step.number !== before.step.number;
    if (isNew && step.kind === 'answer') this.#tell(answerLine(step.answer));
    if (judged.length > 0 || (isNew && step.kind === 'answer')) this.#note();
    if (isNew) void this.#act();
  }

  /** Sends the step to the slices. */
  async #act(): Promise<void> {
    const { crowd, coordinator, meetings, clock, startedAt } = this.#options;
    const { step } = this.#search;
    if (step.kind === 'answer') {
      coordinator.order(crowd, null);
      return;
    }
    const { number } = step;
    const level = step.kind === 'level' ? step.level : 0;
    if (level > 0 && !(await this.#isServed())) return;
    try {
      const ids = level > 0 ? await meetings.openFor(level) : undefined;
      // Meanwhile, the run may have been stopped.
      if (this.#search.step.number !== number) return;
      const startAt = clock.now() + LEAD_MS;
      coordinator.order(crowd, { number, level, startAt, ...(ids ? { meetings: ids } : {}) });
      this.#inForce = { number, fromMs: startAt - startedAt };
    } catch (error) {
      this.#endBecause(error as Error, interrupt);
    }
  }

  /** Whether the service answers; ends the search if it does not. */
  async #isServed(): Promise<boolean> {
    try {
      await this.#options.serves();
      return true;
    } catch (error) {
      this.#endBecause(error as Error, interruptGone);
      return false;
    }
  }

  #endBecause(error: Error, end: typeof interruptGone): void {
    this.#tell(endLine(error));
    this.#advance(end(this.#search, shortReason(error)));
  }

  #note(): void {
    const { crowd, coordinator, keep } = this.#options;
    const capacity = toCapacity(this.#search);
    coordinator.noteCapacity(crowd, capacity);
    keep(crowd, capacity);
  }

  #tell(text: string): void {
    // The command line may have replaced our reporters, which print it.
    if (!this.#options.coordinator.emit('notice', text)) printForUser(text);
  }
}
