import { arch, platform } from 'node:os';
import type { Finding, FindingVerdict, NamedCheck } from '../checks/check.ts';
import type { Fact } from './facts.ts';

/**
 * The version of our own fields in journals and ledgers. Version 2 gives operations their names in the contract, and
 * findings a `message`; version 3 gives facts a unit.
 */
export const JOURNAL_VERSION = 3;

/** One action or probe of an experiment, as the Chaos Toolkit writes it. Times are ISO 8601, durations seconds. */
export interface Activity {
  readonly activity: {
    readonly name: string;
    readonly type: 'action' | 'probe';
    readonly tolerance?: string;
  };
  readonly output: unknown;
  readonly status: 'succeeded' | 'failed';
  readonly start: string;
  readonly end: string;
  readonly duration: number;
  readonly exception?: string;
  readonly tolerance_met?: boolean;
}

/** A time of damage. */
export interface DamagedTime {
  readonly name: string;
  readonly start: string;
  readonly end: string;
}

/** A check and its finding. `own`: a check of a team, which cannot be judged again offline. */
export type JudgedCheck = NamedCheck & { readonly finding: Finding; readonly own?: true };

export interface SteadyState {
  readonly steady_state_met: boolean;
  readonly probes: readonly Activity[];
}

/**
 * The journal of one experiment, readable by tools for the Chaos Toolkit's journals
 * (https://chaostoolkit.org/reference/api/journal/); our own fields are under `fullhouse`.
 */
export interface Journal {
  readonly platform: string;
  readonly node: string;
  readonly experiment: {
    readonly title: string;
    readonly description: string;
    readonly tags: readonly string[];
    readonly 'steady-state-hypothesis': {
      readonly title: string;
      readonly probes: readonly Activity['activity'][];
    };
    readonly method: readonly Activity['activity'][];
    readonly rollbacks: readonly Activity['activity'][];
  };
  readonly start: string;
  readonly end: string;
  readonly duration: number;
  /** completed: ran to its end; failed: the steady state did not hold before; aborted: an error ended it in between. */
  readonly status: 'completed' | 'failed' | 'aborted' | 'interrupted';
  /** The steady state did not hold again, or a check failed. */
  readonly deviated: boolean;
  readonly steady_states: { readonly before: SteadyState | null; readonly after: SteadyState | null };
  readonly run: readonly Activity[];
  readonly rollbacks: readonly Activity[];
  readonly fullhouse: {
    readonly version: number;
    readonly verdict: FindingVerdict;
    readonly seed: number;
    readonly facts: readonly Fact[];
    /** The times of damage. */
    readonly faults?: readonly DamagedTime[];
    readonly checks: readonly JudgedCheck[];
    readonly findings: readonly Finding[];
    /** Users who were still in a meeting of the service when all had left; absent if the service returns no roster. */
    readonly leftBehind?: readonly string[];
  };
}

/** All findings of an experiment, those of its checks last. */
export function findingsOf({
  fullhouse,
}: {
  readonly fullhouse: Pick<Journal['fullhouse'], 'checks' | 'findings'>;
}): Finding[] {
  return [...fullhouse.findings, ...fullhouse.checks.map(({ finding }) => finding)];
}

/** Where the experiment ran. */
export function surroundings(): Pick<Journal, 'platform' | 'node'> {
  return { platform: `${platform()} ${arch()}`, node: process.version };
}
