import type { Finding, NamedCheck } from '../checks/check.ts';
import type { Cohort } from './cohort.ts';
import type { Probe } from './steady-state.ts';

/** Steps by name, performed one after the other. Each is an entry of the journal and of the ledger. */
export type Steps = Readonly<Record<string, () => Promise<unknown>>>;

/** One damage of an experiment: how it is done, proven and undone. */
export interface Fault {
  /** The name of the time of damage in reports: it begins with `inject` and ends after `heal`. */
  readonly damage: string;
  /** The steps that do the damage. */
  readonly inject: Steps;
  /** Removes the damage at the end of the experiment at the latest, in every case. */
  readonly undo?: () => Promise<unknown>;
  /** The actions of participants during the damage. */
  readonly during?: Steps;
  /** Proves that the fault was real, before it is healed: an unproven fault proves nothing. */
  readonly prove?: () => Finding | Promise<Finding>;
  /** The steps that end the damage. */
  readonly heal?: Steps;
  /** Only the service heals the damage: it lasts until the steady state holds again. */
  readonly lastsUntilSteady?: boolean;
}

/** A meeting whose state is compared with the views of its participants, at the end. */
export interface Compared {
  /** Default: the cohort of the experiment. */
  readonly cohort?: Cohort;
  /** The id of the meeting. */
  readonly meetingId: string;
  /** Write their view into the ledger; `status` is the status that the service reports. */
  readonly views?: readonly { recordView(status: string): void | Promise<void> }[];
}

/** One experiment, in the order of its steps. */
export interface Plan {
  /** The probes before the fault and after it. If they fail before, no fault is injected. */
  readonly steady: readonly Probe[];
  /** By default 5000. */
  readonly steadyWithinMs?: number;
  /** The actions in the steady state, before the fault. */
  readonly before?: Steps;
  /** Several faults are injected one after the other, each with its own recovery. */
  readonly fault: Fault | Iterable<Fault>;
  /** From the end of the damage until the steady state holds again. */
  readonly recoverWithinMs: number;
  /** The actions after the recovery. */
  readonly afterwards?: Steps;
  /** How long late events may still arrive before the states are compared. By default 1000. */
  readonly settleMs?: number;
  /** The actions when nothing changes any more. */
  readonly whenSettled?: Steps;
  /** Meetings whose state is compared with the views of their participants. */
  readonly compare?: readonly Compared[];
  /** The checks of the history; a function if they depend on the history. */
  readonly checks: readonly NamedCheck[] | (() => readonly NamedCheck[]);
  /** Findings that need more than the history. */
  readonly findings?: () => readonly Finding[] | Promise<readonly Finding[]>;
}
