import { z } from 'zod';
import { FINDING_VERDICTS } from '../checks/check.ts';
import { judgementSchema } from '../targets/judgement.ts';
import type { EncodedOperation } from '../timings/encoded.ts';
import { reasonSchema } from './reason.ts';

const count = z.int().min(0);

const encodedHistogram = z
  .object({ hdr: z.string(), count, sumMs: z.number(), minMs: z.number(), maxMs: z.number() })
  .describe('latencies in microseconds, HdrHistogram V2, deflated, base64; exact figures beside it');

const part = z.string().optional().describe('the experiment that it belongs to; absent in other phases');

const operation = z.object({
  part,
  outcomes: z.record(z.string(), count),
  ok: encodedHistogram
    .optional()
    .describe('latency of successes, at the most that it can be; absent when nothing succeeded'),
  earliest: encodedHistogram
    .optional()
    .describe(
      'the same successes at the least that it can be; absent where it is no different, and in records of older versions: then "ok" is exact',
    ),
});

const figure = z.object({
  part,
  value: z.number(),
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  withinPercent: z
    .number()
    .optional()
    .describe('resolution of a capacity: smaller differences mean nothing; absent for measured figures'),
});

const target = judgementSchema.pick({
  target: true,
  operation: true,
  each: true,
  statistic: true,
  worstSeconds: true,
  comparator: true,
  state: true,
  value: true,
  limit: true,
  unit: true,
  bracket: true,
});

const check = z.object({
  scope: z.string().describe('the experiment, or the question of conduct'),
  check: z.string(),
  verdict: z.enum(FINDING_VERDICTS),
  message: z.string(),
});

/** A metric that became worse. */
export const regressionSchema = z.object({
  metric: z.string().describe('`meeting.get p50`, or the name of a figure'),
  operation: z.string().optional().describe('absent for figures'),
  against: z.enum(['baseline', 'series']),
  before: z.number(),
  after: z.number(),
  earliest: z
    .number()
    .optional()
    .describe('the least that "after" can be, as far as the generator can tell; absent where it is exact'),
  unit: z.string(),
  ratio: z.number().nullable().describe('null when it was zero before'),
  pValue: z.number().nullable(),
  message: z.string().describe('one sentence for people'),
});

/** Metrics that were compared with the past. For a metric that is missing here, equality with the past is not shown. */
export const comparedSchema = z.object({
  baseline: z.array(z.string()),
  series: z.array(z.string()).describe('with enough runs before'),
});

/**
 * One phase of one run, as the history saves it: enough to merge, compare and judge it
 * again. It contains no secrets.
 */
export const recordSchema = z.object({
  schema: z.literal('fullhouse/record/2'),
  runId: z.string(),
  parts: z
    .array(z.string())
    .optional()
    .describe('runs of the shards that were merged; the history does not save these runs'),
  kind: z.enum(['load', 'capacity', 'soak', 'chaos', 'bench', 'conduct']),
  name: z.string().describe('the crowd; `questions`; `experiments`; `endpoints`'),
  at: z.iso.datetime().describe('when the phase began'),
  commit: z.string().nullable().describe('of the working folder'),
  service: z
    .string()
    .describe('`reference`, or the address of the attached service; with its seeded defects, if it has any'),
  settings: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .describe('those that decide the figures'),
  machine: z.object({
    fingerprint: z.string().describe('equal for machines whose figures may be compared'),
    os: z.string(),
    cpu: z.string(),
    cores: count,
    memoryBytes: count,
    node: z.string().describe('major version'),
  }),
  verdict: z.enum(['passed', 'failed', 'inconclusive', 'interrupted']),
  answer: z
    .string()
    .optional()
    .describe('the verdict with its cause in one sentence; absent in records of older versions'),
  reasons: z.array(reasonSchema).describe('why the verdict is not "passed", the cause first'),
  operations: z.record(z.string(), operation).describe('in chaos, `experiment: operation`'),
  figures: z.record(z.string(), figure).describe('single numbers such as throughput or a recovery time'),
  targets: z.array(target),
  checks: z.array(check),
  regressions: z.array(regressionSchema),
  compared: comparedSchema
    .optional()
    .describe('absent in records of older versions, and where nothing was compared'),
});

export type HistoryRecord = z.infer<typeof recordSchema>;
export type Compared = z.infer<typeof comparedSchema>;
export type Regression = z.infer<typeof regressionSchema>;

/** One operation as a record saves it. */
export function operationRecord({
  outcomes,
  ok,
  earliest,
}: Pick<EncodedOperation, 'outcomes' | 'ok' | 'earliest'>): HistoryRecord['operations'][string] {
  return {
    outcomes: outcomes as Record<string, number>,
    ...(ok && ok.count > 0 ? { ok } : {}),
    // The history is kept for years: equal data is stored once.
    ...(ok && earliest && earliest.hdr !== ok.hdr ? { earliest } : {}),
  };
}

/** Whether both belong to one run, or were merged from the same parts: then neither is the past of the other. */
export function isSameRun(one: Whose, other: Whose): boolean {
  const idsOf = ({ runId, parts = [] }: Whose) => [runId, ...parts];
  return idsOf(one).some((id) => idsOf(other).includes(id));
}

type Whose = Pick<HistoryRecord, 'runId' | 'parts'>;
