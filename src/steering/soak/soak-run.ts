import type { Coordinator } from '../../crowd/coordinator/coordinator.ts';
import type { Clock } from '../../kernel/clock.ts';
import { deferred } from '../../kernel/deferred.ts';
import { groupedFailures } from '../../kernel/file-failure.ts';
import { compactRound, type RoundContext } from '../../results/evidence/compact-round.ts';
import { roundText } from '../../results/summary/soak-rounds.ts';
import { isAtRest, type Values } from '../../soak/at-rest.ts';
import type { Round, Sample, SoakPlan } from '../../soak/evidence.ts';
import { SHORTEST_REST_MS } from '../../soak/plan.ts';
import { roundIn, roundName } from '../../soak/round-name.ts';
import type { Measured } from './measure.ts';

/** What a soak needs of its surroundings. */
export interface SoakPorts {
  readonly clock: Clock;
  /** The schedule of a round, and its targets about a worst window. */
  contextOf(crowd: string): Pick<RoundContext, 'schedule' | 'targets'>;
  measure(): Promise<Measured>;
  /** Ends the meetings of a round, so that nothing of it stays in the service. Must not reject. */
  closeMeetings(crowd: string): Promise<void>;
  readonly keep: {
    plan(plan: SoakPlan): Promise<unknown>;
    round(round: Round): Promise<unknown>;
    sample(sample: Sample): Promise<unknown>;
  };
}

/** The part of the coordinator that a soak uses. */
export type SoakCoordinator = Pick<
  Coordinator,
  'answerWith' | 'crowds' | 'emit' | 'forget' | 'on' | 'stop' | 'stopped'
>;

export type Planned = Omit<SoakPlan, 'schema' | 'name' | 'startedAt' | 'before' | 'stopped' | 'ended'>;

/** The result of a soak for its verdict. */
export interface SoakOutcome {
  /** Why files could not be written, one sentence each. */
  readonly problems: readonly string[];
  /** The evidence that could not be written; absent if everything is on disk. */
  readonly unwritten?: { readonly plan: SoakPlan; readonly rounds: readonly Round[] };
}

/** The questions of slices and verdicts to the main process. */
export const MAY_BEGIN = 'may the round begin?';
export const HAS_ENDED = 'how did the soak end?';

/**
 * Leads a soak in the main process: it lets each round begin when the service has rested, samples the metrics of the
 * service, and saves each round when its last participant has left. Its memory is that of one round.
 */
export class SoakRun {
  readonly #coordinator: SoakCoordinator;
  readonly #ports: SoakPorts;
  readonly #over = new AbortController();
  readonly #ended = deferred<void>();
  readonly #failures: unknown[] = [];
  /** Rounds that could not be written; empty with a healthy disk. */
  readonly #unwritten = new Map<number, Round>();
  readonly #missing = new Set<string>();
  #plan: SoakPlan;
  #begun: Promise<void> | undefined;
  #startedAt = 0;
  /** The round that may run, and the end of its rest. */
  #current = { number: 0, rested: deferred<void>() };
  #state: Sample['state'] = 'resting';
  #active: string | undefined;
  /** The next sample. */
  #sampled = deferred<void>();
  #latest: Values | null = null;
  #lastRest: Values | null = null;
  #finishing: Promise<void> | undefined;

  constructor(coordinator: SoakCoordinator, planned: Planned, ports: SoakPorts) {
    this.#coordinator = coordinator;
    this.#ports = ports;
    this.#plan = {
      schema: 'fullhouse/soak/1',
      name: '',
      ...planned,
      startedAt: null,
      before: null,
      stopped: null,
      ended: false,
    };
    this.#current.rested.resolve();
    coordinator.answerWith((crowd, question) => this.#answer(crowd, question));
    coordinator.on('started', (crowd) => this.#started(crowd));
    coordinator.on('over', (crowd) => void this.#afterRound(crowd));
    coordinator.on('lost', (crowd, slice) => this.#lost(crowd, slice));
    coordinator.on('stopped', () => {
      this.#over.abort();
      if (this.#begun && this.#active === undefined) void this.#finish();
    });
  }

  /** The end of the run: the workers have ended. Waits for the round that is being saved, at most `withinMs`. */
  async end(withinMs: number): Promise<void> {
    if (this.#begun === undefined) return;
    this.#over.abort();
    const { clock } = this.#ports;
    const limit = new AbortController();
    const timeUp = clock.until(clock.now() + withinMs, limit.signal).catch(() => undefined);
    if (this.#active === undefined) void this.#finish();
    await Promise.race([this.#ended.promise, timeUp]);
    limit.abort();
    await this.#finish();
  }

  get problems(): readonly string[] {
    return groupedFailures(this.#failures);
  }

  async #answer(crowd: string, question: string): Promise<unknown> {
    if (question === MAY_BEGIN) return this.#mayBegin(crowd);
    if (question === HAS_ENDED) return this.#outcome();
    return undefined;
  }

  async #mayBegin(crowd: string): Promise<boolean> {
    const round = roundIn(crowd);
    if (round === undefined) return false;
    this.#begun ??= this.#begin(round.soak);
    await this.#begun;
    if (round.number > this.#current.number) await this.#current.rested.promise;
    const isOver = this.#over.signal.aborted || round.number > this.#plan.rounds;
    if (isOver) {
      // Its connections close now, and no slice of it is lost.
      this.#coordinator.forget(crowd);
      await this.#finish();
      return false;
    }
    if (round.number > this.#current.number)
      this.#current = { number: round.number, rested: deferred<void>() };
    return true;
  }

  /** Reads the metrics at rest before the first round. */
  async #begin(name: string): Promise<void> {
    this.#startedAt = this.#ports.clock.now();
    this.#plan = { ...this.#plan, name, startedAt: new Date().toISOString() };
    await this.#sample();
    this.#lastRest = this.#latest;
    this.#plan = { ...this.#plan, before: this.#latest, unmeasured: [...this.#missing] };
    await this.#keep(this.#ports.keep.plan(this.#plan));
    void this.#sampleOn();
  }

  #started(crowd: string): void {
    if (roundIn(crowd) === undefined) return;
    this.#active = crowd;
    this.#state = 'working';
  }

  #lost(crowd: string, slice: number): void {
    const round = roundIn(crowd);
    if (round === undefined || this.#coordinator.stopped !== undefined) return;
    const record = this.#coordinator.crowds.find(({ name }) => name === crowd);
    const why = record?.notBegun ?? `slice ${slice} was lost: its worker ended before its participants did`;
    const reason = `round ${round.number}: ${why.replace(/\.$/, '')}`;
    // The evidence of a round that began names the lost slice.
    if (this.#active !== crowd) this.#plan = { ...this.#plan, notBegun: reason };
    this.#coordinator.stop(reason);
  }

  /** Saves the round first, so that a kill during the rest loses nothing of it. */
  async #afterRound(crowd: string): Promise<void> {
    const { number } = roundIn(crowd) ?? {};
    const record = this.#coordinator.crowds.find(({ name }) => name === crowd);
    if (number === undefined || record === undefined) return;
    const { rested } = this.#current;
    try {
      this.#state = 'resting';
      const context = { number, soakStartedAt: this.#plan.startedAt!, ...this.#ports.contextOf(crowd) };
      const round = compactRound(record, context);
      await this.#keepRound(round);
      await this.#ports.closeMeetings(crowd);
      this.#coordinator.forget(crowd);
      const whole = await this.#rest(round);
      await this.#keepRound(whole);
      if (!this.#unwritten.has(number)) this.#coordinator.emit('replaced', crowd);
      this.#active = undefined;
    } catch (error) {
      // A defect of the harness. The evidence on disk still has the crowd.
      this.#active = undefined;
      this.#failures.push(error);
      this.#coordinator.stop(`round ${number} could not be saved: ${(error as Error).message}`);
    } finally {
      rested.resolve();
      if (this.#over.signal.aborted) void this.#finish();
    }
  }

  /** Waits until the counts of the service are back at their earlier values, at most for the planned rest. */
  async #rest(round: Round): Promise<Round> {
    const { restMs, rounds } = this.#plan;
    const from = this.#now();
    let isAtEnd = false;
    while (!this.#over.signal.aborted && !isAtEnd) {
      await this.#sampled.promise;
      const passed = this.#now() - from;
      // Counts may have returned at once: memory returns later.
      isAtEnd = passed >= restMs || (passed >= SHORTEST_REST_MS && this.#isAtRest());
    }
    const rest = this.#latest;
    const restedMs = this.#now() - from;
    this.#say(`${roundText(round, rounds)}${this.#restText(restedMs)}`);
    if (!isAtEnd) return round;
    this.#lastRest = rest;
    return { ...round, restedAtMs: round.endedAtMs + restedMs, rest };
  }

  #isAtRest(): boolean {
    return this.#latest === null || this.#lastRest === null || isAtRest(this.#latest, this.#lastRest);
  }

  #restText(ms: number): string {
    if (this.#over.signal.aborted) return '';
    const text = `${Math.round(ms / 1000)} s`;
    return this.#isAtRest() ? `; rested in ${text}` : `; not at rest after ${text}`;
  }

  #now(): number {
    return this.#ports.clock.now() - this.#startedAt;
  }

  /** Until the soak is over. */
  async #sampleOn(): Promise<void> {
    const { sampleEveryMs } = this.#plan;
    const { clock } = this.#ports;
    for (let due = clock.now() + sampleEveryMs; ; due = Math.max(due + sampleEveryMs, clock.now())) {
      await this.#wait(due);
      if (!this.#over.signal.aborted) await this.#sample();
      this.#sampled.resolve();
      this.#sampled = deferred();
      if (this.#over.signal.aborted) return;
    }
  }

  async #sample(): Promise<void> {
    const { values, missing } = await this.#ports.measure();
    for (const sentence of missing) this.#missing.add(sentence);
    if (values === null) return;
    this.#latest = values;
    const { number: round } = this.#current;
    await this.#keep(this.#ports.keep.sample({ atMs: this.#now(), round, state: this.#state, values }));
  }

  #wait(due: number): Promise<void> {
    return this.#ports.clock.until(due, this.#over.signal).catch(() => undefined);
  }

  /** Resolves when the last round and the end of the soak are saved. */
  #finish(): Promise<void> {
    this.#finishing ??= this.#end();
    return this.#finishing;
  }

  async #end(): Promise<void> {
    this.#over.abort();
    for (const round of this.#unwritten.values()) await this.#keepRound(round);
    const stopped = this.#coordinator.stopped ?? null;
    this.#plan = { ...this.#plan, stopped, ended: true, unmeasured: [...this.#missing] };
    await this.#keep(this.#ports.keep.plan(this.#plan));
    this.#coordinator.forget(roundName(this.#plan.name, this.#current.number));
    this.#ended.resolve();
  }

  async #outcome(): Promise<SoakOutcome> {
    if (this.#begun === undefined) return { problems: [] };
    await this.#ended.promise;
    const { problems } = this;
    if (problems.length === 0) return { problems };
    return { problems, unwritten: { plan: this.#plan, rounds: [...this.#unwritten.values()] } };
  }

  async #keepRound(round: Round): Promise<void> {
    this.#unwritten.set(round.number, round);
    if (await this.#keep(this.#ports.keep.round(round))) this.#unwritten.delete(round.number);
  }

  /** A file that cannot be written does not end the soak. */
  async #keep(writing: Promise<unknown>): Promise<boolean> {
    try {
      await writing;
      return true;
    } catch (error) {
      if (this.#failures.length < MOST_FAILURES) this.#failures.push(error);
      if (this.#failures.length === 1)
        this.#say(`evidence could not be written: 1 failure: ${(error as Error).message}`);
      return false;
    }
  }

  #say(text: string): void {
    this.#coordinator.emit('notice', `Soak  ${text}`);
  }
}

/** A full disk fails with every sample. */
const MOST_FAILURES = 100;
