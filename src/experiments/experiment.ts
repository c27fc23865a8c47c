import { judgeHistory, type NamedCheck } from '../checks/catalogue.ts';
import { type Finding, type FindingVerdict, notApplicable, verdictOver } from '../checks/check.ts';
import { Ledger } from '../checks/ledger.ts';
import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import { withoutSecrets, withoutSecretsIn } from '../kernel/secrets.ts';
import { type Activity, type Journal, type SteadyState, surroundings } from './journal.ts';

export interface ExperimentOptions {
  /** File name of its journal: words with hyphens. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly seed: number;
  readonly clock: Clock;
  /** Wraps each part of the experiment, so that whoever watches sees it begin and end; without it nobody does. */
  readonly step?: Step;
  /** What failed so far and why, one line each: the first question where a steady state does not hold. */
  readonly failures?: () => readonly string[];
}

export type Step = <T>(name: string, body: () => Promise<T>) => Promise<T>;

/** One question to the running system, with the answer that is tolerated in words. */
export interface Probe {
  readonly name: string;
  readonly tolerance: string;
  /** `value` goes to the journal, `ok` says whether it is tolerated. */
  ask(): Promise<{ readonly ok: boolean; readonly value: unknown }>;
}

interface Fault {
  readonly name: string;
  readonly start: Date;
  end?: Date;
}

const PAUSE_BETWEEN_PROBES_MS = 200;

/** Without it, reports show no time of damage, and take the figures under the fault for those of a well service. */
const NOTHING_DAMAGED =
  'steadyAgain() was called although nothing was damaged. Call damaged() before the fault, and what it returns after the healing.';

/**
 * One experiment: the steady state holds, a fault is injected and proven, it is healed, the steady state holds again
 * within a bound, and checks judge the history. What has to be undone is registered when it is done, and undone
 * whatever happens.
 */
export class Experiment {
  readonly ledger: Ledger;
  readonly name: string;
  readonly seed: number;
  readonly #options: ExperimentOptions;
  readonly #startedAt = new Date();
  readonly #run: Activity[] = [];
  readonly #rollbacks: Activity[] = [];
  readonly #faults: Fault[] = [];
  readonly #undo: { name: string; act: () => Promise<unknown> }[] = [];
  readonly #checks: (NamedCheck & { finding: Finding })[] = [];
  readonly #findings: Finding[] = [];
  readonly #facts: Record<string, unknown> = {};
  #probes: readonly Probe[] = [];
  #before: SteadyState | null = null;
  #after: SteadyState | null = null;
  readonly #step: Step;
  #broken: Error | undefined;
  #isInterrupted = false;

  constructor(options: ExperimentOptions) {
    this.#options = options;
    this.#step = options.step ?? ((_, body) => body());
    this.name = options.name;
    this.seed = options.seed;
    this.ledger = new Ledger(() => options.clock.now());
  }

  /** A number or word that the report shows beside the checks: sizes, achieved loss, recovery time. */
  fact(name: string, value: unknown): void {
    this.#facts[name] = value;
  }

  /** Asks all probes; where the steady state does not hold, nothing is injected. */
  async steadyBefore(probes: readonly Probe[], withinMs: number): Promise<void> {
    this.#probes = probes;
    this.#before = await this.#step('the steady state holds', () => this.#steady(withinMs));
    if (!this.#before.steady_state_met) {
      const why = [unmet(this.#before), ...this.#failures()].join('; ');
      throw new UserError(`The steady state does not hold before the fault: ${why}`);
    }
  }

  /** The same probes after the healing; answers the time it took in ms, or null when it did not hold again in time. */
  async steadyAgain(withinMs: number): Promise<number | null> {
    if (this.#faults.length === 0) throw new UserError(NOTHING_DAMAGED);
    const { clock } = this.#options;
    const began = clock.now();
    this.#after = await this.#step('the steady state holds again', () => this.#steady(withinMs));
    const tookMs = clock.now() - began;
    this.find({
      check: 'the steady state holds again',
      verdict: this.#after.steady_state_met ? 'passed' : 'failed',
      says: this.#after.steady_state_met ? `after ${Math.round(tookMs)} ms` : `not within ${withinMs} ms`,
      evidence: this.#after.steady_state_met ? [] : [unmet(this.#after), ...this.#failures()],
    });
    return this.#after.steady_state_met ? tookMs : null;
  }

  /** Whether what a fault has to lead to is seen within the bound: a fault that nobody notices proves nothing. */
  async noticed(what: string, withinMs: number, ask: Probe['ask']): Promise<void> {
    const { clock } = this.#options;
    const began = clock.now();
    let seen = await ask();
    while (!seen.ok && clock.now() - began < withinMs) {
      await clock.until(clock.now() + PAUSE_BETWEEN_PROBES_MS);
      seen = await ask();
    }
    this.find({
      check: what,
      verdict: seen.ok ? 'passed' : 'failed',
      says: seen.ok ? `after ${Math.round(clock.now() - began)} ms` : `not within ${withinMs} ms`,
      evidence: seen.ok ? [] : [withoutSecrets(String(seen.value))],
    });
  }

  /** Does something and writes it to the journal; `undo` is done at the end at the latest. */
  async act<T>(name: string, action: () => Promise<T>, undo?: () => Promise<unknown>): Promise<T> {
    this.ledger.add({ who: 'experiment', type: 'mark', name });
    if (undo) this.#undo.push({ name: `undo: ${name}`, act: undo });
    const activity = await this.#timed({ name, type: 'action' }, () => this.#step(name, action));
    this.#run.push(activity.noted);
    if ('error' in activity) {
      this.#broken ??= activity.error;
      throw activity.error;
    }
    return activity.value;
  }

  /** Something is damaged from now on, until the function that it answers is called, or until all is undone. */
  damaged(name: string): () => void {
    const fault: Fault = { name, start: new Date() };
    this.#faults.push(fault);
    return () => {
      fault.end ??= new Date();
    };
  }

  /** Watches a while longer, for what must not come any more, and marks that nothing is going on now. */
  async settle(ms: number): Promise<void> {
    const { clock } = this.#options;
    await this.#step('nothing more is done', () => clock.until(clock.now() + ms));
    this.ledger.add({ who: 'experiment', type: 'mark', name: 'settled' });
  }

  /** Judges the history so far by checks of the catalogue. */
  judge(...checks: readonly NamedCheck[]): void {
    for (const named of checks) {
      this.#checks.push({ ...named, finding: judgeHistory(named, this.ledger.entries) });
    }
  }

  /** A finding that needs more than the history, such as the proof that a fault was real. */
  find(finding: Finding): void {
    this.#findings.push(finding);
  }

  get findings(): readonly Finding[] {
    return [...this.#findings, ...this.#checks.map(({ finding }) => finding)];
  }

  get facts(): Readonly<Record<string, unknown>> {
    return this.#facts;
  }

  /**
   * Passed only when something was judged and everything passed; anything unknown makes the whole unknown. What is not
   * applicable to the service decides nothing, unless nothing else is left.
   */
  get verdict(): FindingVerdict {
    const verdict = verdictOver(this.findings.map((finding) => finding.verdict));
    return this.#broken && verdict !== 'failed' ? 'unknown' : verdict;
  }

  /**
   * It ended between its steps, such as by an answer that it cannot go on without, or because the run was interrupted: then
   * it has not passed.
   */
  brokeOff(reason: string, isInterrupted = false): void {
    this.#isInterrupted ||= isInterrupted;
    if (this.#broken || this.#before?.steady_state_met === false) return;
    this.#broken = new Error(reason);
    this.find({ check: 'the experiment came to its end', verdict: 'unknown', says: reason, evidence: [] });
  }

  /** The service does not offer what the experiment is about: it ends here, neither passed nor failed. */
  notApplicable(reason: string): void {
    this.find(notApplicable('the experiment applies to the service', reason));
  }

  /** Undoes all that is still to be undone, the latest first; a failure is noted and does not keep the others. */
  async rollBack(): Promise<void> {
    for (const { name, act } of this.#undo.splice(0).reverse()) {
      const { noted } = await this.#timed({ name, type: 'action' }, act);
      this.#rollbacks.push(noted);
    }
    for (const fault of this.#faults) fault.end ??= new Date();
  }

  /** `leftBehind`: users who are still in a meeting of the service, though everybody has left. */
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
        verdict: this.verdict,
        seed,
        facts: this.#facts,
        faults: this.#faults.map((fault) => ({
          name: fault.name,
          start: fault.start.toISOString(),
          end: (fault.end ?? end).toISOString(),
        })),
        checks: this.#checks,
        findings: this.#findings,
        ...(leftBehind ? { leftBehind } : {}),
      },
    };
  }

  /** The journal of an experiment that has not come to its end: what is left of it when its process is killed now. */
  journalSoFar(): Journal {
    const journal = this.journal();
    const cut: Finding = {
      check: 'the experiment came to its end',
      verdict: 'unknown',
      says: 'the run ended before it',
      evidence: [],
    };
    const findings = [...journal.fullhouse.findings, cut];
    const verdict = verdictOver([...this.findings, cut].map((finding) => finding.verdict));
    return { ...journal, status: 'interrupted', fullhouse: { ...journal.fullhouse, verdict, findings } };
  }

  get #status(): Journal['status'] {
    if (this.#isInterrupted) return 'interrupted';
    if (this.#before?.steady_state_met === false) return 'failed';
    return this.#broken ? 'aborted' : 'completed';
  }

  #failures(): string[] {
    return (this.#options.failures?.() ?? []).map((failure) => withoutSecrets(failure));
  }

  async #steady(withinMs: number): Promise<SteadyState> {
    const { clock } = this.#options;
    const deadline = clock.now() + withinMs;
    for (;;) {
      const probes: Activity[] = [];
      for (const { name, tolerance, ask } of this.#probes) {
        const asked = await this.#timed({ name, type: 'probe', tolerance }, ask);
        const met = 'value' in asked && asked.value.ok;
        probes.push({
          ...asked.noted,
          output: 'value' in asked ? withoutSecretsIn(asked.value.value) : null,
          tolerance_met: met,
        });
      }
      const state = { steady_state_met: probes.every(({ tolerance_met }) => tolerance_met), probes };
      if (state.steady_state_met || clock.now() >= deadline) return state;
      await clock.until(clock.now() + PAUSE_BETWEEN_PROBES_MS);
    }
  }

  async #timed<T>(
    activity: Activity['activity'],
    act: () => Promise<T>,
  ): Promise<{ noted: Activity; value: T } | { noted: Activity; error: Error }> {
    const start = new Date();
    const noted = (status: Activity['status'], output: unknown, exception?: string): Activity => {
      const end = new Date();
      const duration = (end.getTime() - start.getTime()) / 1000;
      const times = { start: start.toISOString(), end: end.toISOString(), duration };
      return { activity, output, status, ...times, ...(exception === undefined ? {} : { exception }) };
    };
    try {
      const value = await act();
      return { noted: noted('succeeded', withoutSecretsIn(value ?? null)), value };
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      return { noted: noted('failed', null, withoutSecrets(error.message)), error };
    }
  }
}

function unmet({ probes }: SteadyState): string {
  return probes
    .filter(({ tolerance_met }) => !tolerance_met)
    .map(
      ({ activity, output, exception }) =>
        `${activity.name}: ${exception ?? (output === null ? 'no answer' : JSON.stringify(output))}, tolerated is ${activity.tolerance}`,
    )
    .join('; ');
}
