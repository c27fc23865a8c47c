import type { LogEntry } from '../live/live-log.ts';
import type { LivePhase } from '../live/live-phases.ts';

/**
 * The data that a viewer of the dashboard gets each second: the state of the run, and the events since the viewer's last
 * frame. Plain data without Node types, because the page in the browser reads it too.
 */
export interface Frame {
  /** The ID of the run: a viewer that reconnects may find another run on the same port. */
  readonly run: string;
  /** The frame replaces everything that the viewer shows: the viewer has nothing yet, or another run. */
  readonly isWhole: boolean;
  readonly facts: {
    readonly serviceUrl: string;
    readonly schedule: string;
  };
  readonly elapsedS: number;
  /** How far the run is, from 0 to 1; it never falls. */
  readonly progress: number;
  readonly phases: readonly LivePhase[];
  readonly crowd: Crowd | null;
  readonly seconds: readonly Second[];
  /** Null if nothing changed. */
  readonly results: Results | null;
  readonly log: readonly LogEntry[];
  readonly end: End | null;
}

export interface Results {
  readonly experiments: readonly Experiment[];
  readonly benchmarks: readonly Benchmark[];
}

export interface Crowd {
  readonly name: string;
  readonly phase: string;
  readonly elapsedS: number;
  readonly scheduleS: number;
  readonly users: number;
  /** Requests of the last second that all slices closed. */
  readonly perSecond: number;
  readonly total: number;
  /** Requests that failed: the only figure that is named "errors". */
  readonly failed: number;
  readonly latency: Latency;
  /** The failed requests by kind, and their most frequent causes. */
  readonly errors: readonly { readonly kind: string; readonly count: number }[];
  readonly causes: readonly Cause[];
  /** Room events, and what pages show, that did not arrive in time: they are no requests, so they are no errors. */
  readonly missing: readonly Cause[];
  readonly operations: readonly Operation[];
  readonly targets: readonly Target[];
  readonly generator: {
    /** What the load generator adds to latencies, in words. */
    readonly adds: string;
    readonly checks: readonly Check[];
    readonly workers: readonly Worker[];
  };
}

export interface Cause {
  readonly operation: string;
  readonly cause: string;
  readonly count: number;
}

interface Percentiles {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** Upper bounds of the percentiles of the run so far, in ms; null with too few samples. */
export interface Latency extends Percentiles {
  /** Lower bounds of the same percentiles. */
  readonly earliest: Percentiles;
}

export interface Operation extends Latency {
  readonly name: string;
  readonly isAction: boolean;
  readonly total: number;
  readonly failed: number;
}

export interface Target {
  readonly target: string;
  readonly state: 'waiting' | 'met' | 'missed' | 'inconclusive';
  readonly value: number | null;
  /** The lower bound of a latency; null for other values. */
  readonly earliest: number | null;
  readonly unit: string;
  readonly note: string | null;
}

export interface Check {
  readonly check: string;
  readonly value: number;
  readonly bound: number;
  readonly unit: string;
  readonly ok: boolean;
  readonly hint: string;
}

export interface Worker {
  readonly slice: number;
  readonly state: 'reporting' | 'silent' | 'lost' | 'finished';
  readonly users: number;
  readonly loopDelayP99Ms: number;
  readonly cpuMean: number;
  readonly memoryPeakBytes: number;
}

/**
 * One second of the crowd: its number since the start, users, requests and failed requests; P50, P95 and P99 of the last
 * ten seconds in ms; P95 of event deliveries in ms; the longest delay of a generator's event loop in ms.
 */
export type Second = readonly [
  second: number,
  users: number,
  total: number,
  failed: number,
  p50Ms: number | null,
  p95Ms: number | null,
  p99Ms: number | null,
  deliveryP95Ms: number | null,
  loopDelayMaxMs: number | null,
];

export interface Experiment {
  readonly question: string;
  readonly title: string;
  readonly state: 'running' | 'passed' | 'failed' | 'inconclusive' | 'not applicable' | 'broken';
  readonly act: string | null;
  readonly seconds: number | null;
  readonly findings: readonly {
    readonly check: string;
    readonly verdict: string;
    readonly message: string;
  }[];
}

export interface Benchmark extends Latency {
  readonly title: string;
  readonly verdict: 'passed' | 'failed' | 'inconclusive';
  readonly calls: number;
  readonly failed: number;
  readonly targets: readonly Omit<Target, 'note'>[];
  readonly remarks: readonly string[];
}

export interface End {
  readonly verdict: 'passed' | 'failed' | 'inconclusive' | 'interrupted';
  /** What a reader must know about the verdict, the most important sentence first. */
  readonly sentences: readonly string[];
  /** The folder of the run, relative to the folder in which the run was started. */
  readonly folder: string;
  readonly reports: readonly Report[];
}

export interface Report {
  readonly title: string;
  /** The file within the folder of the run. */
  readonly file: string;
}
