import type { PageProblem } from '../participants/page/problems.ts';
import type { IdleTimes } from '../request-context/idle-connections.ts';
import type { EncodedTimings } from '../timings/encoded.ts';
import type { EncodedHistogram } from '../timings/latency-histogram.ts';
import type { CanaryReport } from './canary/canary.ts';

/** How the sessions of a slice ended, in whole sessions. */
export interface Sessions {
  started: number;
  completed: number;
  /** Failed sessions by the step at which the participant gave up. */
  readonly gaveUp: Record<string, number>;
  /**
   * Sessions that gave up because the load generator had no port, descriptor or memory left; absent without such
   * sessions.
   */
  limited?: number;
  /** Ended early because the run was stopped or the drain time was over. */
  cutShort: number;
  /** Arrivals while all users were active, under a schedule that rejects them by design. */
  rejected: number;
  /** Arrivals that an arrival rate requested and the limit of users prevented: the load was smaller than requested. */
  dropped: number;
}

export function noSessions(): Sessions {
  return { started: 0, completed: 0, gaveUp: {}, cutShort: 0, rejected: 0, dropped: 0 };
}

/** The report of a slice about the process that generated its load. */
export interface GeneratorHealth {
  /** The wait of arriving data until the event loop reads its sockets, in ms: P99 and maximum. */
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  /**
   * The part of the time in which the thread was ready to run and had no processor; absent where the system does not
   * report it.
   */
  readonly processorWaitPercent?: number;
  /** CPU of the process in cores: over the whole run, and in its busiest 5 seconds. */
  readonly cpuMean: number;
  readonly cpuPeak: number;
  readonly memoryPeakBytes: number;
  /** The JavaScript heap of the process, and its limit. Absent in reports of older versions. */
  readonly heap?: { readonly peakBytes: number; readonly limitBytes: number };
  /** Open files against their limit; null where the platform does not report it. */
  readonly openFilesPeak: number | null;
  readonly openFilesLimit: number | null;
  /**
   * Local ports for connections to the service: the most that this slice used, two for each participant, and the most
   * that all slices of its machine can have together. Absent where the system does not report it, and in older reports.
   */
  readonly localPorts?: { readonly used: number; readonly limit: number };
  /** Actual minus planned release of the barrier, in ms. */
  readonly startSkewMs: number;
  /** The total time that participants without a browser were active, in ms. Absent in reports of older versions. */
  readonly userMs?: number;
  /** How late participants were admitted, compared with the schedule. */
  readonly lateArrivals?: EncodedHistogram;
}

/** The report of a slice about its browser participants, beside the protocol ones. */
export interface BrowserReport {
  /** Browser participants of the whole crowd. */
  readonly requested: number;
  /** Why no browser took part although browsers were requested, or null. */
  readonly unavailableReason: string | null;
  readonly users: number;
  readonly sessions: Sessions;
  /** Traced sessions; their page timings are recorded under separate names. */
  readonly traced: number;
  readonly timings: EncodedTimings;
  /** Readings that are not durations, by the names of `readings`. */
  readonly readings: Readonly<Record<string, EncodedHistogram>>;
  readonly problems: readonly PageProblem[];
  /** The processes of this slice's browser; null where the system does not report it. */
  readonly processes: BrowserProcesses | null;
}

/** CPU in cores: over the whole run, and in the busiest 5 seconds. Memory in bytes; shared memory counts once. */
export interface BrowserProcesses {
  readonly cpuMean: number;
  readonly cpuPeak: number;
  /** Processors of the machine. */
  readonly cores: number;
  readonly memoryPeakBytes: number | null;
}

/** One second of the process that generates load. */
export interface GeneratorSample {
  /** The end of this second, since the release of the barrier. */
  readonly atMs: number;
  /** The longest time in this second in which the event loop did not read its sockets. */
  readonly loopDelayMaxMs: number;
  /** CPU in this second, in cores. */
  readonly cpu: number;
  /**
   * The part of this second in which the thread was ready to run and had no processor; absent where the system does not
   * report it.
   */
  readonly processorWaitPercent?: number;
  /**
   * CPU of this slice's browser with its pages; absent without a browser, and where the system does not report it.
   */
  readonly browserCpu?: number;
  /** How late the latest arrival of this second was, in ms; absent without arrivals, and in reports of older versions. */
  readonly arrivalLateMs?: number;
  readonly memoryBytes: number;
}

/** The whole report of one slice; cumulative, except that a snapshot has only newly closed windows and samples. */
export interface SliceReport {
  readonly crowd: string;
  readonly slice: number;
  readonly of: number;
  /** Counts the reports of this slice, so that late and duplicate reports are recognised. */
  readonly sequence: number;
  readonly finished: boolean;
  /** Since the release of the barrier. */
  readonly elapsedMs: number;
  readonly users: number;
  readonly sessions: Sessions;
  /** Connections that ended without a request of the participant, by Socket.IO's reason. */
  readonly drops: Readonly<Record<string, number>>;
  /**
   * Deliveries of room events that arrived more than once, their additional arrivals, and arrivals without a call as
   * their cause. The outcomes of `event.delivery` count the deliveries that arrived.
   */
  readonly events: {
    /** Absent in reports of older versions. */
    readonly twice?: number;
    readonly duplicates: number;
    readonly unexplained: number;
  };
  readonly health: GeneratorHealth;
  /** Absent in reports of older versions. */
  readonly canary?: CanaryReport;
  /** The history of the slice's idle connections; absent in reports of earlier versions. */
  readonly idle?: IdleTimes;
  /**
   * Which Socket.IO client its participants had, as a sentence; absent without Socket.IO, and in reports of earlier
   * versions.
   */
  readonly sockets?: string | undefined;
  readonly samples: readonly GeneratorSample[];
  /** The timings of the protocol participants. */
  readonly timings: EncodedTimings;
  /** Absent if no browser participants were requested. */
  readonly browsers?: BrowserReport;
}

/** Everything that slices recorded, of participants of every kind. */
export function allTimings(reports: readonly SliceReport[]): EncodedTimings[] {
  return reports.flatMap(({ timings, browsers }) => (browsers ? [timings, browsers.timings] : [timings]));
}
