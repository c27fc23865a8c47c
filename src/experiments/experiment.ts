import { type Finding, isAgainst } from '../checks/check.ts';
import { evidenceLines } from '../checks/evidence.ts';
import { refuseChecks } from '../checks/judge.ts';
import { Unmet } from '../kernel/errors.ts';
import { lastLook } from '../kernel/secrets.ts';
import type { Offers } from '../meetings/offers.ts';
import { type Need, whyNot } from './catalogue.ts';
import type { Cohort } from './cohort.ts';
import { ExperimentRecord, type ExperimentOptions as RecordOptions } from './experiment-record.ts';
import { RECOVERY_TIME } from './facts.ts';
import type { Compared, Fault, Plan, Steps } from './plan.ts';
import { refusePlan } from './refuse-plan.ts';
import { verdictText } from './report.ts';

const STEADY_WITHIN_MS = 5000;
const SETTLE_MS = 1000;

export interface ExperimentOptions extends RecordOptions {
  /** Opens the participants of the experiment, whose history is the one of the record. */
  readonly openCohort: (record: ExperimentRecord) => Cohort;
  /** Findings against the harness itself, collected at the end. */
  readonly doubts: () => readonly Finding[];
  /** What the service offers; by default, nothing is known. */
  readonly offers?: Pick<Offers, 'page' | 'sockets'>;
}

/** One experiment: `run` owns its sequence. */
export class Experiment extends ExperimentRecord {
  /** The participants of the experiment and their meetings. */
  readonly cohort: Cohort;
  readonly #doubts: ExperimentOptions['doubts'];
  readonly #offers: NonNullable<ExperimentOptions['offers']>;
  #isConcluded = false;

  /** @internal */
  constructor(options: ExperimentOptions) {
    super(options);
    this.cohort = options.openCohort(this);
    this.#doubts = options.doubts;
    this.#offers = options.offers ?? {};
  }

  /** @internal */
  get isConcluded(): boolean {
    return this.#isConcluded;
  }

  /**
   * What this experiment needs of the service, beside a meeting: `experiment.needs('sockets', 'hands')`. If the service
   * lacks one, the test ends as not applicable, with the reason. Call it before anything else.
   */
  needs(...needs: readonly Need[]): void {
    const reason = whyNot({ needs }, this.cohort.contract, this.#offers);
    if (reason !== undefined) this.notApplicable(reason);
  }

  /**
   * The steady state holds, the fault is injected, proven and healed, the steady state holds again within its bound,
   * and the checks judge the history. The times of damage are always recorded.
   * @throws with the verdict, unless the experiment passed
   */
  async run(plan: Plan): Promise<void> {
    refusePlan(plan);
    if (typeof plan.checks !== 'function') refuseChecks(plan.checks);
    await this.steadyBefore(plan.steady, plan.steadyWithinMs ?? STEADY_WITHIN_MS);
    await this.#steps(plan.before);
    await this.#faults(plan);
    await this.#steps(plan.afterwards);
    await this.settle(plan.settleMs ?? SETTLE_MS);
    await this.#steps(plan.whenSettled);
    try {
      for (const compared of plan.compare ?? []) await this.#compare(compared);
    } finally {
      // A service that stops answering is judged by the history until then.
      this.judge(...(typeof plan.checks === 'function' ? plan.checks() : plan.checks));
    }
    for (const finding of (await plan.findings?.()) ?? []) this.find(finding);
    await this.#conclude();
  }

  async #faults({ fault, recoverWithinMs }: Plan): Promise<void> {
    if (!(Symbol.iterator in fault)) {
      const recoveredAfterMs = await this.#suffer(fault, recoverWithinMs);
      this.fact(RECOVERY_TIME, recoveredAfterMs, { unit: 'ms', ifAbsent: 'not recovered in time' });
      return;
    }
    const recoveries: (number | null)[] = [];
    for (const one of fault) recoveries.push(await this.#suffer(one, recoverWithinMs));
    this.fact('recovery times', recoveries, { unit: 'ms', ifAbsent: 'not recovered' });
  }

  /** Returns the time of the recovery in ms, or null when the steady state did not hold again in time. */
  async #suffer(fault: Fault, recoverWithinMs: number): Promise<number | null> {
    const restored = this.damaged(fault.damage);
    if (fault.undo) this.atEnd(`undo: ${fault.damage}`, fault.undo);
    await this.#steps(fault.inject);
    await this.#steps(fault.during);
    if (fault.prove) this.find(await fault.prove());
    await this.#steps(fault.heal);
    if (!fault.lastsUntilSteady) restored();
    const recoveredAfterMs = await this.steadyAgain(recoverWithinMs);
    restored();
    return recoveredAfterMs;
  }

  async #steps(steps: Steps = {}): Promise<void> {
    for (const [name, act] of Object.entries(steps)) await this.act(name, act);
  }

  async #compare({ cohort = this.cohort, meetingId, views = [] }: Compared): Promise<void> {
    const { status } = await cohort.serviceState(meetingId);
    for (const view of views) await view.recordView(status);
  }

  /** The history ends, everything is undone while the links still exist, and each finding is shown as a step. */
  async #conclude(): Promise<void> {
    this.ledger.close();
    for (const doubt of this.#doubts()) this.find(doubt);
    await this.rollBack();
    await this.step('checks', async () => {
      for (const finding of this.findings) await this.#show(finding);
    });
    this.#isConcluded = true;
    if (isAgainst(this)) throw new Unmet(verdictText(this));
    if (this.verdict === 'not applicable') this.skip(lastLook(reasonsOf(this.findings)));
  }

  /** A failed step is shown as failed and does not end the test. */
  async #show({ check, verdict, message, evidence }: Finding): Promise<void> {
    try {
      await this.step(lastLook(`${check}: ${message}`), async () => {
        if (isAgainst({ verdict })) throw new Unmet([verdict, ...evidenceLines(evidence)].join('\n'));
      });
    } catch {
      // The verdict names it, together with the others.
    }
  }
}

function reasonsOf(findings: readonly Finding[]): string {
  return [...new Set(findings.map(({ message }) => message))].join('; ');
}
