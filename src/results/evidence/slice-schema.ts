import { z } from 'zod';
import type { SliceReport } from '../../crowd/slice-report.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';
import {
  count,
  counts,
  figure,
  histogram,
  isDecodable,
  LONGEST_S,
  timings,
  UNDECODABLE,
  window,
} from '../../timings/encoded-schema.ts';
import { asWritten } from './as-written.ts';

const elapsedMs = figure.max(LONGEST_S * 1000);

const sessions = z.looseObject({
  started: count,
  completed: count,
  gaveUp: counts,
  limited: count.optional(),
  cutShort: count,
  rejected: count,
  dropped: count,
});
const samples = z.array(
  z.looseObject({
    atMs: elapsedMs,
    loopDelayMaxMs: figure,
    cpu: figure,
    processorWaitPercent: figure.optional(),
    browserCpu: figure.optional(),
    arrivalLateMs: figure.optional(),
    memoryBytes: figure,
  }),
);
const health = z.looseObject({
  loopDelayP99Ms: figure,
  loopDelayMaxMs: figure,
  processorWaitPercent: figure.optional(),
  cpuMean: figure,
  cpuPeak: figure,
  memoryPeakBytes: figure,
  heap: z.looseObject({ peakBytes: figure, limitBytes: figure }).optional(),
  openFilesPeak: figure.nullable(),
  openFilesLimit: figure.nullable(),
  localPorts: z.looseObject({ used: figure, limit: figure }).optional(),
  startSkewMs: z.number(),
  userMs: figure.optional(),
  lateArrivals: histogram.optional(),
});
const canary = z.looseObject({ added: histogram.optional(), failed: count, without: z.string().nullable() });
const idle = z.looseObject({
  broken: count,
  shortestBrokenMs: figure.nullable(),
  longestKeptMs: figure,
  spreadMs: figure,
  announcedS: figure.nullable(),
  resent: count.optional(),
});
const browsers = z.looseObject({
  requested: count,
  unavailableReason: z.string().nullable(),
  users: figure,
  sessions,
  traced: count,
  timings,
  readings: z.record(z.string(), histogram),
  problems: z.array(
    z.looseObject({ kind: z.string(), cause: z.string(), count, samples: z.array(z.string()) }),
  ),
  processes: z
    .looseObject({ cpuMean: figure, cpuPeak: figure, cores: figure, memoryPeakBytes: figure.nullable() })
    .nullable(),
});

/** The whole report of a slice. Fields of later versions are kept. */
export const sliceSchema = asWritten<SliceReport>(
  z.looseObject({
    crowd: z.string(),
    slice: z.int().min(1),
    of: z.int().min(1),
    sequence: count,
    finished: z.boolean(),
    elapsedMs,
    users: figure,
    sessions,
    drops: counts,
    events: z.looseObject({ twice: count.optional(), duplicates: count, unexplained: count }),
    health,
    canary: canary.optional(),
    idle: idle.optional(),
    sockets: z.string().optional(),
    samples,
    timings,
    browsers: browsers.optional(),
  }),
);

/** A line of the file with the additions of each second to the report of a slice. */
export const addedSchema = z.looseObject({
  sequence: count,
  windows: z.array(window),
  inPages: z.array(window).optional(),
  samples,
});

/** The timings of the participants of an experiment. */
export const timingsSchema = asWritten<EncodedTimings>(
  // Few histograms, which several reports decode.
  timings.refine((written) => isDecodable(written as unknown as EncodedTimings), UNDECODABLE),
);
