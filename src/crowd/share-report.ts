import type { PageTrouble } from '../participants/page/troubles.ts';
import type { IdleTimes } from '../request-context/idle-connections.ts';
import type { EncodedTimings } from '../timings/encoded.ts';
import type { EncodedHistogram } from '../timings/latency-histogram.ts';
import type { CanaryReport } from './canary/canary.ts';

/** How the sessions of a share went, in whole sessions. */
export interface Sessions {
  started: number;
  completed: number;
  /** By the step at which the participant gave up. */
  readonly gaveUp: Record<string, number>;
  /** Gave up because the load generator had no port, descriptor or memory left; absent where there were none. */
  limited?: number;
  /** Ended early because the run was stopped or the drain time was over. */
  cutShort: number;
  /** Arrivals that found the crowd full under a schedule that turns them away by design. */
  turnedAway: number;
  /** Arrivals that an arrival rate demanded and the limit of users did not let in: the load fell short. */
  dropped: number;
}

/** What a share says of the process that generated its load. */
export interface GeneratorHealth {
  /**
   * How long what arrives at any moment waits until the event loop looks at its sockets, in ms: in 99 of 100 moments, and
   * at most.
   */
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  /** The part of the time in which the thread could run and had no processor; absent where the system does not tell it. */
  readonly processorWaitPercent?: number;
  /** CPU of the process in cores: over the whole run, and in its busiest 5 seconds. */
  readonly cpuMean: number;
  readonly cpuPeak: number;
  readonly memoryPeakBytes: number;
  /** The JavaScript heap of the process, and what V8 lets it have. Absent in reports of older versions. */
  readonly heap?: { readonly peakBytes: number; readonly limitBytes: number };
  /** Open files against their limit; null where the platform does not tell. */
  readonly openFilesPeak: number | null;
  readonly openFilesLimit: number | null;
  /**
   * Local ports for connections to the service: the most that this share used, two for each participant, and the most
   * that all shares of its machine can have together. Absent where the system does not tell, and in older reports.
   */
  readonly localPorts?: { readonly used: number; readonly limit: number };
  /** Actual minus planned release of the barrier, in ms. */
  readonly startSkewMs: number;
  /** How long participants without a browser were there, all together, in ms. Absent in reports of older versions. */
  readonly userMs?: number;
  /** How late participants were let in against the schedule. */
  readonly lateArrivals?: EncodedHistogram;
}

/** What a share says of its browser participants, beside the protocol ones. */
export interface BrowserReport {
  /** Of the whole crowd. */
  readonly asked: number;
  /** Why nobody took part with a browser though it was asked for, or null. */
  readonly without: string | null;
  readonly users: number;
  readonly sessions: Sessions;
  /** Sessions that were traced: their page timings are kept apart, under names of their own. */
  readonly traced: number;
  readonly timings: EncodedTimings;
  /** What is measured and is no time, by the names of `readings`. */
  readonly readings: Readonly<Record<string, EncodedHistogram>>;
  readonly troubles: readonly PageTrouble[];
  /** The processes of this share's browser; null where the system does not tell. */
  readonly processes: BrowserProcesses | null;
}

/** CPU in cores: over the whole run, and in the busiest 5 seconds. Memory in bytes, what is shared counted once. */
export interface BrowserProcesses {
  readonly cpuMean: number;
  readonly cpuPeak: number;
  /** Of its machine. */
  readonly cores: number;
  readonly memoryPeakBytes: number | null;
}

/** One second of the process that generates load. */
export interface GeneratorMoment {
  /** Its end, since the release of the barrier. */
  readonly atMs: number;
  /** The longest time within it in which the event loop did not look at its sockets. */
  readonly loopDelayMaxMs: number;
  /** CPU within it, in cores. */
  readonly cpu: number;
  /** The part of it in which the thread could run and had no processor; absent where the system does not tell it. */
  readonly processorWaitPercent?: number;
  /** CPU of the browser that it drives, its pages included; absent without one, and where the system does not tell. */
  readonly browserCpu?: number;
  readonly memoryBytes: number;
}

/** All that one share has to say; cumulative, except that a snapshot carries only newly closed windows and moments. */
export interface ShareReport {
  readonly crowd: string;
  readonly share: number;
  readonly of: number;
  /** Counts the reports of this share: late and duplicate ones are recognised by it. */
  readonly sequence: number;
  readonly finished: boolean;
  /** Since the release of the barrier. */
  readonly elapsedMs: number;
  readonly users: number;
  readonly sessions: Sessions;
  /** Connections that ended though no participant asked for it, by Socket.IO's reason. */
  readonly drops: Readonly<Record<string, number>>;
  /**
   * Deliveries of room events that arrived more than once, the arrivals beside the first ones, and arrivals that no call
   * explains. How many arrived at all is among the outcomes of `event.delivery`.
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
  /** What its idle connections lived through; reports of earlier versions have none. */
  readonly idle?: IdleTimes;
  /** Which Socket.IO client its participants had, as a sentence; absent without Socket.IO, and in reports of earlier versions. */
  readonly sockets?: string;
  readonly moments: readonly GeneratorMoment[];
  /** Of the protocol participants. */
  readonly timings: EncodedTimings;
  /** Absent where no browser participants were asked for. */
  readonly browsers?: BrowserReport;
}

/** Everything that shares recorded, of participants of every kind. */
export function allTimings(reports: readonly ShareReport[]): EncodedTimings[] {
  return reports.flatMap(({ timings, browsers }) => (browsers ? [timings, browsers.timings] : [timings]));
}
