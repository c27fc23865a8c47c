import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { CapturedExchanges } from '../../capture/packet-capture.ts';
import type { Exemplar } from '../../crowd/exemplars.ts';
import type { Schedule } from '../../crowd/schedules/index.ts';
import type { ShareReport } from '../../crowd/share-report.ts';
import { runFactsSchema } from '../../history/run-facts.ts';
import { referenceContract } from '../../meetings/contract/load.ts';
import type { RouteMetrics } from '../../meetings/request-durations.ts';
import type { ServiceMoment } from '../../meetings/service-moment.ts';
import type { Target } from '../../targets/target.ts';
import type { Outcome } from '../../timings/outcome.ts';
import type { ComparisonEvidence } from './comparison.ts';
import { fileName } from './file-name.ts';

const shares = z.array(z.int().min(1)).readonly();
const metrics = z
  .object({
    before: z.string().nullable(),
    after: z.string().nullable(),
    moments: z.array(z.custom<ServiceMoment>(isMoment)).readonly().default([]),
    routes: z.custom<RouteMetrics>().default(() => referenceContract().metrics),
    leftOut: z.string().optional().describe('why there are none though the service publishes them'),
  })
  .readonly();

/** One machine's part of a crowd that several machines hosted. */
const part = z.object({
  shard: z.int().min(1),
  runId: z.string().describe('under which that machine ran it'),
  startedAt: z.iso.datetime().nullable(),
});

/** What `crowd.json` holds: a crowd without what its shares recorded, which is in the `share.json` of each. */
export const crowdSchema = z.object({
  schema: z.literal('fullhouse/crowd/1'),
  name: z.string(),
  expected: shares,
  lost: shares,
  startedAt: z.iso.datetime().nullable(),
  stopped: z.string().nullable(),
  notBegun: z.string().optional().describe('why nothing was loaded'),
  capture: z
    .custom<CapturedExchanges>((value) => typeof value === 'object' && value !== null)
    .optional()
    .describe('what the kernel saw of a sample of the calls'),
  metrics,
  schedule: z.custom<Schedule>(isKind),
  targets: z.array(z.custom<Target>((value) => typeof value === 'object' && value !== null)).readonly(),
  facts: runFactsSchema,
  mergedFrom: z
    .object({ of: z.int().min(1), parts: z.array(part).readonly() })
    .optional()
    .describe('the shards that were brought together here'),
});

/** The parts of a share's report that every reader relies on; the rest is what the share wrote. */
export const shareSchema = z.custom<ShareReport>(
  (value) =>
    z
      .looseObject({
        crowd: z.string(),
        share: z.int().min(1),
        finished: z.boolean(),
        timings: z.looseObject({
          operations: z.record(z.string(), z.unknown()),
          windows: z.array(z.unknown()),
        }),
      })
      .safeParse(value).success,
  'it is no report of a share',
);

const belowTheFolder = z
  .string()
  .refine((path) => !isAbsolute(path) && !path.split(/[\\/]/).includes('..'), 'it leads out of its folder');

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

/** All that is known of one crowd of one run. Every report is made from it, and from nothing else. */
export interface CrowdEvidence extends Omit<CrowdFile, 'schema'> {
  readonly reports: readonly ShareReport[];
  /** Sessions that were kept because they were slow or failed; their files lie in `exemplars/` of the run. */
  readonly exemplars?: readonly Exemplar[];
  /** Absent until it was compared with the past. */
  readonly comparison?: ComparisonEvidence;
}

/** Where the evidence of a crowd lies within the folder of its run. */
export function crowdFolder(crowd: string): string {
  return `evidence/${fileName(crowd)}`;
}

export function shareFile(crowd: string, share: number): string {
  return `${crowdFolder(crowd)}/share-${share}.json`;
}

export function exemplarsFile(crowd: string, share: number): string {
  return `${crowdFolder(crowd)}/exemplars-${share}.json`;
}

export function comparisonFile(crowd: string): string {
  return `${crowdFolder(crowd)}/comparison.json`;
}

function isMoment(value: unknown): boolean {
  return z.looseObject({ atMs: z.number() }).safeParse(value).success;
}

function isKind(value: unknown): boolean {
  return z.looseObject({ kind: z.string() }).safeParse(value).success;
}
