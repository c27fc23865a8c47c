import { arch, platform } from 'node:os';
import type { NamedCheck } from '../checks/catalogue.ts';
import type { Finding, FindingVerdict } from '../checks/check.ts';

/** One thing that an experiment did or asked, as the Chaos Toolkit writes it. Times are ISO 8601, durations seconds. */
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

/** The time within which something was damaged. */
export interface DamagedTime {
  readonly name: string;
  readonly start: string;
  readonly end: string;
}

export interface SteadyState {
  readonly steady_state_met: boolean;
  readonly probes: readonly Activity[];
}

/**
 * The journal of one experiment, readable by tools for the Chaos Toolkit's journals
 * (https://chaostoolkit.org/reference/api/journal/); what is ours stands under `fullhouse`.
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
  /** completed: ran to its end; failed: the steady state did not hold before; aborted: something broke in between. */
  readonly status: 'completed' | 'failed' | 'aborted' | 'interrupted';
  /** The steady state did not hold again, or a check failed. */
  readonly deviated: boolean;
  readonly steady_states: { readonly before: SteadyState | null; readonly after: SteadyState | null };
  readonly run: readonly Activity[];
  readonly rollbacks: readonly Activity[];
  readonly fullhouse: {
    readonly verdict: FindingVerdict;
    readonly seed: number;
    readonly facts: Readonly<Record<string, unknown>>;
    /** Journals of earlier versions have none. */
    readonly faults?: readonly DamagedTime[];
    readonly checks: readonly (NamedCheck & { readonly finding: Finding })[];
    readonly findings: readonly Finding[];
    /** Users who were still in a meeting of the service when everybody had left; absent where nobody could look. */
    readonly leftBehind?: readonly string[];
  };
}

/** Where the experiment ran. */
export function surroundings(): Pick<Journal, 'platform' | 'node'> {
  return { platform: `${platform()} ${arch()}`, node: process.version };
}
