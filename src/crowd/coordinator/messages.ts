import type { CapturedExchanges } from '../../capture/packet-capture.ts';
import type { RouteMetrics } from '../../meetings/request-durations.ts';
import type { ServiceMoment } from '../../meetings/service-moment.ts';
import type { EventCause } from '../../participants/event-deliveries.ts';
import type { ShareReport } from '../share-report.ts';

/**
 * What shares and the main process tell each other: one JSON document a line, over TCP on loopback. The first
 * line of a connection carries the token that only this run's workers know.
 */
export type FromShare =
  | {
      readonly type: 'hello';
      readonly token: string;
      readonly crowd: string;
      readonly share?: number;
      readonly of?: number;
    }
  /** Ready to start; answered by `go` when every share of the crowd is. */
  | { readonly type: 'arrive' }
  /** Asks for a value that one share of the crowd makes for all; answered by `make` or `made`. */
  | { readonly type: 'want'; readonly key: string }
  | { readonly type: 'made'; readonly key: string; readonly value: unknown }
  | { readonly type: 'not made'; readonly key: string; readonly reason: string }
  | { readonly type: 'report'; readonly report: ShareReport }
  | { readonly type: 'causes'; readonly causes: readonly EventCause[] }
  /** Asks for everything about the crowd; answered by `collected`. */
  | { readonly type: 'collect' };

export type FromCoordinator =
  /** `at`: ms of the clock that the processes of this machine share. */
  | { readonly type: 'go'; readonly at: number; readonly missing: readonly number[] }
  | { readonly type: 'make'; readonly key: string }
  | { readonly type: 'made'; readonly key: string; readonly value: unknown }
  | { readonly type: 'not made'; readonly key: string; readonly reason: string }
  | { readonly type: 'causes'; readonly causes: readonly EventCause[] }
  | { readonly type: 'stop'; readonly reason: string }
  | { readonly type: 'collected'; readonly crowd: CrowdRecord };

/** What the coordinator knows of one crowd. */
export interface CrowdRecord {
  readonly name: string;
  /** Shares that this machine was to run. */
  readonly expected: readonly number[];
  /** Shares whose process ended, or that never came, before they reported their end. */
  readonly lost: readonly number[];
  /** The last report of each share, with all windows and moments that it ever sent. */
  readonly reports: readonly ShareReport[];
  /** Wall clock, ISO 8601; null while the barrier holds. */
  readonly startedAt: string | null;
  /**
   * Processes that the kernel ended during the run because no memory was left, when a share was lost; `limitBytes`: what
   * the run may use, null where nothing but the machine limits it. Absent where there were none.
   */
  readonly outOfMemory?: { readonly kills: number; readonly limitBytes: number | null } | undefined;
  /** Why the crowd could not begin: what one share had to make for all was not made. Absent where it was. */
  readonly notBegun?: string | undefined;
  /** Why the crowd was told to stop before its schedule ended, or null. */
  readonly stopped: string | null;
  /** What the kernel saw of a sample of the calls; absent where it was not asked. */
  readonly capture?: CapturedExchanges | undefined;
  /** The service's metrics at the start and at the end, as it publishes them, and what was read in between. */
  readonly metrics: {
    /** Null where the service publishes none. */
    readonly before: string | null;
    readonly after: string | null;
    readonly moments: readonly ServiceMoment[];
    /** Where these metrics have the durations of requests. */
    readonly routes: RouteMetrics;
    /** Why there are none though the service publishes them. */
    readonly leftOut?: string | undefined;
  };
}

/** Why a crowd stops when a user or a signal ends the run. */
export const INTERRUPTED = 'interrupted';

/** For people: a run that was killed needs no second word for it. */
export function whyStopped(stopped: string): string {
  return stopped.replace(`${INTERRUPTED}: `, '');
}

/** A user or a fault ended the run: it has no verdict on the service. What follows the word says more. */
export function isInterrupted({ stopped }: Pick<CrowdRecord, 'stopped'>): boolean {
  return stopped === INTERRUPTED || stopped?.startsWith(`${INTERRUPTED}: `) === true;
}
