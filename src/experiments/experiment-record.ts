import {
  doubted,
  type Finding,
  type FindingVerdict,
  foundInTime,
  type NamedCheck,
  notApplicable,
  proof,
  verdictOver,
} from '../checks/check.ts';
import { isOwn, judgeHistory, refuseChecks } from '../checks/judge.ts';
import { Ledger } from '../checks/ledger.ts';
import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import { plainTable } from '../kernel/plain-table.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { MergedTimings } from '../timings/merged-timings.ts';
import { Timings } from '../timings/timings.ts';
import { timed } from './activity.ts';
import { askUntil } from './ask-until.ts';
import type { Fact } from './facts.ts';
import { failuresSoFar, successRate } from './failures.ts';
import {
  type Activity,
  findingsOf,
  JOURNAL_VERSION,
  type Journal,
  type JudgedCheck,
  type SteadyState,
  surroundings,
} from './journal.ts';
import { type Probe, steadyState, unmet } from './steady-state.ts';

export interface ExperimentOptions {
  /** File name of its journal: words with hyphens. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly seed: number;
  readonly clock: Clock;
  /** Wraps each part of the experiment, so that a viewer sees it begin and end. */
  readonly step?: Step;
  /** How late a timer of this process may have fired so far, in ms. */
  readonly timersLateMs?: () => number;
  /** Ends the test as skipped. */
  readonly skip?: (reason: string) => never;
}

export type Step = <T>(name: string, body: () => Promise<T>) => Promise<T>;

interface Fault {
  readonly name: string;
  readonly start: Date;
  end?: Date;
}

const PAUSE_BETWEEN_LOOKS_MS = 200;

/** How late timers are on an idle machine. */
const TIMER_LATE_MS = 25;

/**
 * The record of one experiment: its history, its steps, the times of damage, its findings, and its pending
 * undo actions. Register an undo after the action: it always runs at the end.
 */
export class ExperimentRecord {
  /** The history of the experiment, which the checks judge. */
  readonly ledger: Ledger;
  /** The name of its journal: spec and title. */
  readonly name: string;
  /** The seed of the run: the same seed gives the same behaviour. */
  readonly seed: number;
  /** @internal */
  readonly clock: Clock;
  /**
   * The latencies and outcomes of the participants' calls.
   * @internal
   */
  readonly timings: Timings;
  /** @internal */
  protected readonly step: Step;
  readonly #options: ExperimentOptions;
  readonly #startedAt = new Date();
  readonly #run: Activity[] = [];
  readonly #rollbacks: Activity[] = [];
  readonly #faults: Fault[] = [];
  readonly #undo: { name: string; act: () => Promise<unknown> }[] = [];
  readonly #checks: JudgedCheck[] = [];
  readonly #findings: Finding[] = [];
  readonly #facts = new Map<string, Fact>();
  #probes: readonly Probe[] = [];
  #before: SteadyState | null = null;
  #after: SteadyState | null = null;
  #broken: Error | undefined;
  #isInterrupted = false;

  /** @internal */
  constructor(options: ExperimentOptions) {
    this.#options = options;
    this.step = options.step ?? ((_, body) => body());
    this.clock = options.clock;
    this.timings = new Timings(options.clock.now());
    this.name = options.name;
    this.seed = options.seed;
    this.ledger = new Ledger(() => options.clock.now());
  }

  /** Reports show the fact beside the checks. A second one of the same name replaces it. */
  fact(name: string, value: Fact['value'], how: Pick<Fact, 'unit' | 'ifAbsent'> = {}): void {
    this.#facts.set(name, { name, value, ...how });
  }

  /** Rows of text that the report shows as a table, the first one as its head. */
  tableFact(name: string, rows: readonly (readonly string[])[]): void {
    const lines = plainTable(rows).map((row) => `\n      ${row}`);
    this.fact(name, lines.join(''));
  }

  /**
   * Calls all probes; if the steady state does not hold, nothing is injected.
   * @internal
   */
  async steadyBefore(probes: readonly Probe[], withinMs: number): Promise<void> {
    this.#probes = probes;
    this.#before = await this.step('the steady state holds', () => steadyState(probes, withinMs, this.clock));
    if (!this.#before.steady_state_met) {
      const why = [unmet(this.#before), ...this.#failures()].join('; ');
      throw new UserError(`The steady state does not hold before the fault: ${why}`);
    }
  }

  /**
   * The same probes after the healing; returns the recovery time in ms, or null if the state did not hold again in
   * time.
   * @internal
   */
  async steadyAgain(withinMs: number): Promise<number | null> {
    const { clock } = this;
    const began = clock.now();
    this.#after = await this.step('the steady state holds again', () =>
      steadyState(this.#probes, withinMs, clock),
    );
    const tookMs = clock.now() - began;
    const isMet = this.#after.steady_state_met;
    const message = isMet ? `after ${Math.round(tookMs)} ms` : `not within ${withinMs} ms`;
    const evidence = isMet ? [] : [unmet(this.#after), ...this.#failures()];
    this.find(foundInTime('the steady state holds again', isMet, message, evidence));
    return isMet ? tookMs : null;
  }

  /** Checks whether the fault has an effect within the bound: a fault without an effect proves nothing. */
  async noticed(what: string, withinMs: number, ask: Probe['ask']): Promise<void> {
    const { clock } = this;
    const began = clock.now();
    const seen = await askUntil(ask, ({ ok }) => ok, { withinMs, everyMs: PAUSE_BETWEEN_LOOKS_MS, clock });
    const tookMs = Math.round(clock.now() - began);
    const message = seen.ok ? `after ${tookMs} ms` : `not within ${withinMs} ms`;
    this.find(foundInTime(what, seen.ok, message, seen.ok ? [] : [withoutSecrets(String(seen.value))]));
  }

  /** Adds a mark to the ledger. */
  mark(name: string, value?: unknown): void {
    this.ledger.add({ who: 'experiment', type: 'mark', name, ...(value === undefined ? {} : { value }) });
  }

  /** Performs an action and writes it to the journal; `undo` runs at the end at the latest. */
  async act<T>(name: string, action: () => Promise<T>, undo?: () => Promise<unknown>): Promise<T> {
    this.mark(name);
    if (undo) this.atEnd(`undo: ${name}`, undo);
    const activity = await timed({ name, type: 'action' }, () => this.step(name, action));
    this.#run.push(activity.noted);
    if ('error' in activity) {
      this.#broken ??= activity.error;
      throw activity.error;
    }
    return activity.value;
  }

  /** Runs this at the end in every case; the latest first. */
  atEnd(name: string, act: () => Promise<unknown>): void {
    this.#undo.push({ name, act });
  }

  /**
   * Marks damage from now on, until the returned function is called, or until everything is undone.
   * @internal
   */
  damaged(name: string): () => void {
    const fault: Fault = { name, start: new Date() };
    this.#faults.push(fault);
    return () => {
      fault.end ??= new Date();
    };
  }

  /** Watches for late events that must not come, then marks that nothing happens any more. */
  async settle(ms: number): Promise<void> {
    const { clock } = this;
    await this.step(`watching for late events (${ms / 1000} s)`, () => clock.until(clock.now() + ms));
    this.mark('settled');
  }

  /**
   * Judges the history so far.
   * @internal
   */
  judge(...checks: readonly NamedCheck[]): void {
    refuseChecks(checks);
    for (const named of checks) {
      const finding = judgeHistory(named, this.ledger.entries);
      this.#checks.push({ ...named, ...(isOwn(named) ? { own: true } : {}), finding });
    }
  }

  /** A finding that needs more than the history, such as the proof that a fault was real. */
  find(finding: Finding): void {
    this.#findings.push(finding);
  }

  /** @internal */
  get findings(): readonly Finding[] {
    return findingsOf({ fullhouse: this.#judged() });
  }

  /** All findings, with the doubt about a late load generator. */
  #judged(): Pick<Journal['fullhouse'], 'checks' | 'findings'> {
    return {
      checks: this.#checks.map((one) => ({ ...one, finding: doubted(one.finding, this.#findings) })),
      findings: this.#findings.map((one) => doubted(one, this.#findings)),
    };
  }

  /** The value of an earlier fact; undefined if there is no fact of this name. */
  factOf(name: string): Fact['value'] | undefined {
    return this.#facts.get(name)?.value;
  }

  /**
   * Passed only if at least one check was judged and all passed; an inconclusive one makes the whole inconclusive.
   * Checks that are not applicable to the service do not count, unless there are no others.
   * @internal
   */
  get verdict(): FindingVerdict {
    const verdict = verdictOver(this.findings.map((finding) => finding.verdict));
    return this.#broken && verdict !== 'failed' ? 'inconclusive' : verdict;
  }

  /**
   * Records that the experiment ended between its steps, for example because the run was interrupted: it has not
   * passed.
   * @internal
   */
  brokeOff(reason: string, isInterrupted = false): void {
    this.#isInterrupted ||= isInterrupted;
    if (this.#broken || this.#before?.steady_state_met === false) return;
    this.#broken = new Error(reason);
    this.find(proof('the experiment came to its end', false, reason));
  }

  /** @internal */
  findNotApplicable(reason: string): void {
    this.find({ check: 'the experiment applies to the service', ...notApplicable(reason) });
  }

  /** The service does not offer what the experiment is about: the test ends here, neither passed nor failed. */
  notApplicable(reason: string): never {
    this.findNotApplicable(reason);
    this.skip(reason);
    throw new UserError(`The experiment is not applicable: ${reason}`);
  }

  /** @internal */
  protected skip(reason: string): void {
    this.#options.skip?.(reason);
  }

  /** Checks whether this percentage of all calls so far succeeded. */
  successRate(atLeastPercent: number): Finding {
    return successRate(new MergedTimings([this.timings.encode(this.clock.now())]), atLeastPercent);
  }

  /**
   * How late a timer of this process may have fired, in ms: checks of delays have to allow it.
   * @internal
   */
  timersLateMs(): number {
    return Math.ceil(TIMER_LATE_MS + (this.#options.timersLateMs?.() ?? 0));
  }

  /**
   * Runs all pending undo actions, the latest first; a failure is recorded and does not stop the others.
   * @internal
   */
  async rollBack(): Promise<void> {
    for (const { name, act } of this.#undo.splice(0).reverse()) {
      const { noted } = await timed({ name, type: 'action' }, act);
      this.#rollbacks.push(noted);
    }
    for (const fault of this.#faults) fault.end ??= new Date();
  }

  /**
   * `leftBehind`: users who are still in a meeting of the service, though all have left.
   * @internal
   */
  journal(leftBehind?: readonly string[]): Journal {
    const end = new Date();
    const { title, description, name, seed } = this.#options;
    const activities = (probes: readonly Probe[]) =>
      probes.map((probe) => ({ name: probe.name, type: 'probe' as const, tolerance: probe.tolerance }));
    return {
      ...surroundings(),
      experiment: {
        title,
        description,
        tags: [name],
        'steady-state-hypothesis': {
          title: 'The service serves its meeting',
          probes: activities(this.#probes),
        },
        method: this.#run.map(({ activity }) => activity),
        rollbacks: this.#rollbacks.map(({ activity }) => activity),
      },
      start: this.#startedAt.toISOString(),
      end: end.toISOString(),
      duration: (end.getTime() - this.#startedAt.getTime()) / 1000,
      status: this.#status,
      deviated: this.verdict === 'failed',
      steady_states: { before: this.#before, after: this.#after },
      run: this.#run,
      rollbacks: this.#rollbacks,
      fullhouse: {
        version: JOURNAL_VERSION,
        verdict: this.verdict,
        seed,
        facts: [...this.#facts.values()],
        faults: this.#faults.map((fault) => ({
          name: fault.name,
          start: fault.start.toISOString(),
          end: (fault.end ?? end).toISOString(),
        })),
        ...this.#judged(),
        ...(leftBehind ? { leftBehind } : {}),
      },
    };
  }

  /**
   * The journal of an unfinished experiment: the evidence that remains if its process is killed now.
   * @internal
   */
  journalSoFar(): Journal {
    const journal = this.journal();
    const cut = proof('the experiment came to its end', false, 'the run ended before it');
    const findings = [...journal.fullhouse.findings, cut];
    const verdict = verdictOver([...this.findings, cut].map((finding) => finding.verdict));
    return { ...journal, status: 'interrupted', fullhouse: { ...journal.fullhouse, verdict, findings } };
  }

  get #status(): Journal['status'] {
    if (this.#isInterrupted) return 'interrupted';
    if (this.#before?.steady_state_met === false) return 'failed';
    return this.#broken ? 'aborted' : 'completed';
  }

  /** The failures so far with their reasons; if a steady state does not hold, its first probe. */
  #failures(): string[] {
    const failures = failuresSoFar(this.timings.encode(this.clock.now()), this.ledger.entries);
    return failures.map((failure) => withoutSecrets(failure));
  }
}
