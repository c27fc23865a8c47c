import type { GeneratorHealth, SliceReport } from '../../../src/crowd/slice-report.ts';
import { noSessions } from '../../../src/crowd/slice-report.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';
import { Timings } from '../../../src/timings/timings.ts';

/** The figures of a healthy generator. */
export function health(over: Partial<GeneratorHealth> = {}): GeneratorHealth {
  return {
    loopDelayP99Ms: 1,
    loopDelayMaxMs: 2,
    cpuMean: 0.2,
    cpuPeak: 0.3,
    memoryPeakBytes: 100_000_000,
    openFilesPeak: 50,
    openFilesLimit: 1024,
    startSkewMs: 1,
    ...over,
  };
}

export function latencies(values: readonly number[]): LatencyHistogram {
  const histogram = LatencyHistogram.empty();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** The last report of a slice that recorded nothing; `over` replaces its fields. */
export function sliceReport(over: Partial<SliceReport> = {}): SliceReport {
  return {
    crowd: 'crowd',
    slice: 1,
    of: 1,
    sequence: 1,
    finished: true,
    elapsedMs: 10_000,
    users: 0,
    sessions: { ...noSessions(), started: 3, completed: 3 },
    drops: {},
    events: { twice: 0, duplicates: 0, unexplained: 0 },
    health: health(),
    samples: [],
    timings: new Timings(0).encode(10_000),
    ...over,
  };
}
