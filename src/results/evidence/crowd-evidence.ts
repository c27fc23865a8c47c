import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Capacity } from '../../capacity/evidence.ts';
import type { CapturedExchanges } from '../../capture/packet-capture.ts';
import type { Exemplar } from '../../crowd/exemplars.ts';
import { describe, durationMs, peakUsers, type Schedule } from '../../crowd/schedules/index.ts';
import type { SliceReport } from '../../crowd/slice-report.ts';
import { runFactsSchema } from '../../history/run-facts.ts';
import { fileName } from '../../kernel/file-name.ts';
import { referenceContract } from '../../meetings/contract/load.ts';
import type { RouteMetrics } from '../../meetings/request-durations.ts';
import type { ServiceSample } from '../../meetings/service-sample.ts';
import { crowdFigures, type Target } from '../../targets/target.ts';
import { histogram, UNDECODABLE } from '../../timings/encoded-schema.ts';
import { type EncodedHistogram, LatencyHistogram } from '../../timings/latency-histogram.ts';
import type { Outcome } from '../../timings/outcome.ts';
import { asWritten } from './as-written.ts';
import type { ComparisonEvidence } from './comparison.ts';

const slices = z.array(z.int().min(1)).readonly();
const serviceSample = z.looseObject({
  atMs: z.number(),
  processStart: z.number().nullable(),
  calls: z
    .looseObject({
      count: z.number(),
      sumS: z.number(),
      buckets: z.array(z.tuple([z.number(), z.number()])),
    })
    .nullable(),
  cpuS: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  loopDelayMs: z.number().nullable(),
  connections: z.number().nullable(),
  waitingForDatabase: z.number().nullable(),
});
const routes = z.looseObject({ routes: z.record(z.string(), z.string()) });
const captured = z.looseObject({
  oneOf: z.number(),
  connections: z.number(),
  latencies: histogram.refine(isWhole, UNDECODABLE),
  dropped: z.number(),
  endedEarly: z.boolean(),
  operations: z.array(z.string()),
});
const target = z.looseObject({
  text: z.string(),
  operation: z.string().optional(),
  statistic: z.discriminatedUnion('kind', [
    z.looseObject({
      kind: z.literal('percentile'),
      quantile: z.number().min(0).max(1),
      from: z.enum(['actual', 'intended']),
    }),
    z.looseObject({
      kind: z.enum(['avg', 'min', 'max', 'error rate', 'success rate', 'throughput', 'count']),
    }),
    z.looseObject({ kind: z.literal('crowd'), figure: z.enum(crowdFigures) }),
  ]),
  worstSeconds: z.number().positive().optional(),
  comparator: z.enum(['<', '<=', '>', '>=']),
  limit: z.number(),
  unit: z.enum(['ms', '%', '/s', '']),
});
const metrics = z
  .object({
    before: z.string().nullable(),
    after: z.string().nullable(),
    samples: z.array(asWritten<ServiceSample>(serviceSample)).readonly().default([]),
    routes: asWritten<RouteMetrics>(routes)
      .optional()
      .transform((written) => written ?? referenceContract().metrics),
    leftOut: z.string().optional().describe('why there are none though the service publishes them'),
  })
  .readonly();

/** One machine's part of a crowd that several machines hosted. */
const part = z.object({
  shard: z.int().min(1),
  runId: z.string().describe('under which that machine ran it'),
  startedAt: z.iso.datetime().nullable(),
});

/** The content of `crowd.json`: a crowd without the records of its slices, which are in each `slice.json`. */
export const crowdSchema = z.object({
  schema: z.literal('fullhouse/crowd/2'),
  name: z.string(),
  expected: slices,
  lost: slices,
  startedAt: z.iso.datetime().nullable(),
  stopped: z.object({ reason: z.string(), isInterrupted: z.boolean() }).nullable(),
  outOfMemory: z
    .object({ kills: z.int().min(1), limitBytes: z.number().nullable() })
    .optional()
    .describe('processes that the kernel ended because no memory was left, when a slice was lost'),
  notBegun: z.string().optional().describe('why nothing was loaded'),
  capture: asWritten<CapturedExchanges>(captured)
    .optional()
    .describe('what the kernel saw of a sample of the calls'),
  metrics,
  schedule: z.custom<Schedule>(isSchedule, 'it is not a valid schedule'),
  targets: z.array(asWritten<Target>(target)).readonly(),
  facts: runFactsSchema,
  unfinished: z
    .object({ by: z.object({ place: z.string(), pid: z.int(), since: z.string() }) })
    .optional()
    .describe('the run goes on, or was killed: the process that runs it'),
  mergedFrom: z
    .object({ of: z.int().min(1), parts: z.array(part).readonly() })
    .optional()
    .describe('the shards that were brought together here'),
});

const belowTheFolder = z
  .string()
  .refine((path) => !isAbsolute(path) && !path.split(/[\\/]/).includes('..'), 'the path leaves its folder');

export const exemplarsSchema = z.array(
  z.object({
    operation: z.string(),
    outcome: z.custom<Outcome>((value) => typeof value === 'string'),
    ms: z.number().nullable(),
    who: z.string(),
    trace: belowTheFolder.nullable(),
    screenshot: belowTheFolder.nullable(),
  }),
);

export type CrowdFile = z.infer<typeof crowdSchema>;

/** All data of one crowd of one run. Every report is made only from it. */
export interface CrowdEvidence extends Omit<CrowdFile, 'schema'> {
  readonly reports: readonly SliceReport[];
  /** Sessions that were kept because they were slow or failed; their files are in `exemplars/` of the run. */
  readonly exemplars?: readonly Exemplar[];
  /** The levels and the answer, if the crowd searched for a capacity. */
  readonly capacity?: Capacity;
  /** Absent until it was compared with the past. */
  readonly comparison?: ComparisonEvidence;
}

/** The folder of a crowd's evidence within the folder of its run. */
function crowdFolder(crowd: string): string {
  return `evidence/${fileName(crowd)}`;
}

export function crowdFile(crowd: string): string {
  return `${crowdFolder(crowd)}/crowd.json`;
}

/** The progress of a running slice: the figures since its start, and the additions of each second. */
export function progressFiles(crowd: string, slice: number): readonly [string, string] {
  const name = `${crowdFolder(crowd)}/slice-${slice}.progress`;
  return [`${name}.json`, `${name}.ndjson`];
}

export function sliceFile(crowd: string, slice: number): string {
  return `${crowdFolder(crowd)}/slice-${slice}.json`;
}

export function exemplarsFile(crowd: string, slice: number): string {
  return `${crowdFolder(crowd)}/exemplars-${slice}.json`;
}

export function capacityFile(crowd: string): string {
  return `${crowdFolder(crowd)}/capacity.json`;
}

export function comparisonFile(crowd: string): string {
  return `${crowdFolder(crowd)}/comparison.json`;
}

function isWhole(encoded: unknown): boolean {
  try {
    LatencyHistogram.decode(encoded as EncodedHistogram);
    return true;
  } catch {
    return false;
  }
}

/** Each kind has its own values, which its own functions read. */
function isSchedule(value: unknown): boolean {
  try {
    const schedule = value as Schedule;
    const figures = [durationMs(schedule), peakUsers(schedule)];
    return figures.every(Number.isFinite) && !/NaN|undefined|Infinity/.test(describe(schedule));
  } catch {
    return false;
  }
}
