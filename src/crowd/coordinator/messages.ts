import type { Capacity } from '../../capacity/evidence.ts';
import type { CapturedExchanges } from '../../capture/packet-capture.ts';
import type { RouteMetrics } from '../../meetings/request-durations.ts';
import type { ServiceSample } from '../../meetings/service-sample.ts';
import type { EventCause } from '../../participants/event-deliveries.ts';
import type { LevelOrder } from '../levels/order.ts';
import type { SliceReport } from '../slice-report.ts';

/**
 * The messages between slices and the main process: one JSON document per line, over TCP on loopback. The first line
 * of a connection has the token that only this run's workers know.
 */
export type FromSlice =
  | { readonly type: 'hello'; readonly token: string; readonly crowd: string; readonly slice?: number }
  /** This slice is ready to start; answered by `go` when every slice of the crowd is ready. */
  | { readonly type: 'arrive' }
  /** Asks for a value that one slice of the crowd makes for all; answered by `make` or `made`. */
  | { readonly type: 'want'; readonly key: string }
  | { readonly type: 'made'; readonly key: string; readonly value: unknown }
  | { readonly type: 'not made'; readonly key: string; readonly reason: string }
  | { readonly type: 'report'; readonly report: SliceReport }
  | { readonly type: 'causes'; readonly causes: readonly EventCause[] }
  /** A question to the process that leads the run; answered by `answer`. */
  | { readonly type: 'ask'; readonly question: string }
  /** Asks for everything about the crowd; answered by `collected`. */
  | { readonly type: 'collect' };

export type FromCoordinator =
  /** `at`: ms of the clock that the processes of this machine share. */
  | { readonly type: 'go'; readonly at: number; readonly missing: readonly number[] }
  | { readonly type: 'make'; readonly key: string }
  | { readonly type: 'made'; readonly key: string; readonly value: unknown }
  | { readonly type: 'not made'; readonly key: string; readonly reason: string }
  | { readonly type: 'causes'; readonly causes: readonly EventCause[] }
  | { readonly type: 'answer'; readonly question: string; readonly value: unknown }
  /** The next level of a crowd with levels; null after the last one. */
  | { readonly type: 'level'; readonly order: LevelOrder | null }
  | { readonly type: 'stop'; readonly reason: string }
  | { readonly type: 'collected'; readonly crowd: CrowdRecord };

/** The coordinator's record of one crowd. */
export interface CrowdRecord {
  readonly name: string;
  /** Slices that this machine was to run. */
  readonly expected: readonly number[];
  /** Slices that never connected, or whose process ended before their last report. */
  readonly lost: readonly number[];
  /** The last report of each slice, with all windows and samples that it ever sent. */
  readonly reports: readonly SliceReport[];
  /** Wall clock, ISO 8601; null while the barrier holds. */
  readonly startedAt: string | null;
  /**
   * The number of processes that the kernel ended because no memory was left, if a slice was lost. `limitBytes`: the
   * memory limit of the run; null if only the machine limits it. Absent without such processes.
   */
  readonly outOfMemory?: { readonly kills: number; readonly limitBytes: number | null } | undefined;
  /** Why a slice could not make a shared value, so that the crowd did not start. Absent otherwise. */
  readonly notBegun?: string | undefined;
  /** Null unless the crowd was stopped before its schedule ended. */
  readonly stopped: Stop | null;
  /** The levels so far; absent unless the crowd searches for a capacity. */
  readonly capacity?: Capacity | undefined;
  /** The kernel's times of a sample of the calls; absent without packet capture. */
  readonly capture?: CapturedExchanges | undefined;
  /** The service's metrics as it publishes them: at the start, at the end, and the samples in between. */
  readonly metrics: {
    /** Null if the service publishes no metrics. */
    readonly before: string | null;
    readonly after: string | null;
    readonly samples: readonly ServiceSample[];
    /** The names of the metrics that hold the durations of requests. */
    readonly routes: RouteMetrics;
    /** Why the metrics are missing although the service publishes them. */
    readonly leftOut?: string | undefined;
  };
}

/** Why a crowd was stopped early. */
export interface Stop {
  readonly reason: string;
  /** A user, a signal or a fault ended the run: the service gets no verdict. */
  readonly isInterrupted: boolean;
}

export function isInterrupted({ stopped }: Pick<CrowdRecord, 'stopped'>): boolean {
  return stopped?.isInterrupted === true;
}
