/**
 * What a viewer of the dashboard is sent: each second how the run is, and what happened since the last frame that this
 * viewer got. Plain data without a type of Node's, because the page in the browser reads it too.
 */
export interface Frame {
  /** The id of the run: a viewer that comes back may find another one on the same port. */
  readonly run: string;
  /** The viewer knows nothing yet, or nothing that still holds: what it shows is replaced. */
  readonly isWhole: boolean;
  readonly facts: {
    readonly serviceUrl: string;
    readonly schedule: string;
  };
  readonly elapsedS: number;
  readonly phases: readonly Phase[];
  readonly crowd: Crowd | null;
  readonly seconds: readonly Second[];
  /** Null when nothing of it changed. */
  readonly results: Results | null;
  readonly log: readonly LogEntry[];
  readonly end: End | null;
}

export interface Results {
  readonly experiments: readonly Experiment[];
  readonly benchmarks: readonly Benchmark[];
}

export interface Phase {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'over';
  readonly done: number;
  readonly of: number;
  readonly failed: number;
  readonly test: string | null;
}

export interface Crowd {
  readonly name: string;
  readonly phase: string;
  readonly elapsedS: number;
  readonly scheduleS: number;
  readonly users: number;
  /** Of the last second that all shares closed. */
  readonly perSecond: number;
  readonly total: number;
  readonly failed: number;
  readonly latency: Latency;
  readonly errors: readonly { readonly kind: string; readonly count: number }[];
  readonly causes: readonly { readonly operation: string; readonly cause: string; readonly count: number }[];
  readonly operations: readonly Operation[];
  readonly targets: readonly Target[];
  readonly generator: {
    /** By how much latencies can be longer than those of the service, in words. */
    readonly adds: string;
    readonly checks: readonly Check[];
    readonly workers: readonly Worker[];
  };
}

interface Percentiles {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** Milliseconds over the whole run so far, at the most; null where samples are too few. */
export interface Latency extends Percentiles {
  /** The least that the same percentiles can be. */
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
  /** The least that the value of a latency can be; null for all others. */
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
  readonly wayOut: string;
}

export interface Worker {
  readonly share: number;
  readonly state: 'reporting' | 'silent' | 'lost' | 'finished';
  readonly users: number;
  readonly loopDelayP99Ms: number;
  readonly cpuMean: number;
  readonly memoryPeakBytes: number;
}

/**
 * One second of the crowd: its number since the start, users, requests, failed ones; P50, P95 and P99 in ms of the last
 * ten seconds, P95 of event deliveries in the same; the longest delay of a generator's event loop, in ms.
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
  readonly state: 'running' | 'passed' | 'failed' | 'unknown' | 'not applicable' | 'broken';
  readonly act: string | null;
  readonly seconds: number | null;
  readonly findings: readonly { readonly check: string; readonly verdict: string; readonly says: string }[];
}

export interface Benchmark extends Latency {
  readonly title: string;
  readonly verdict: 'passed' | 'failed' | 'inconclusive';
  readonly calls: number;
  readonly failed: number;
  readonly targets: readonly Omit<Target, 'note'>[];
  readonly remarks: readonly string[];
}

export interface LogEntry {
  readonly number: number;
  readonly at: string;
  readonly kind: string;
  readonly tone: 'good' | 'bad' | 'neutral';
  readonly text: string;
  /** On the time axis of the crowd, in seconds; null for what has no place there. */
  readonly atS: number | null;
}

export interface End {
  readonly verdict: 'passed' | 'failed' | 'inconclusive' | 'interrupted';
  /** Where the reports lie, relative to the folder in which the run was started. */
  readonly reports: readonly string[];
}
