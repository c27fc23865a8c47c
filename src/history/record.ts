import { z } from 'zod';
import { judgementSchema } from '../targets/judgement.ts';
import type { EncodedOperation } from '../timings/encoded.ts';

const count = z.int().min(0);

const encodedHistogram = z
  .object({ hdr: z.string(), count, sumMs: z.number(), minMs: z.number(), maxMs: z.number() })
  .describe('latencies in microseconds, HdrHistogram V2, deflated, base64; exact figures beside it');

const operation = z.object({
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
  value: z.number(),
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
});

const target = judgementSchema.pick({
  target: true,
  state: true,
  value: true,
  limit: true,
  unit: true,
  bracket: true,
});

const check = z.object({
  of: z.string().describe('the experiment, or the question of conduct'),
  check: z.string(),
  verdict: z.enum(['passed', 'failed', 'unknown', 'not applicable']),
  says: z.string(),
});

/** Something that became slower, or fails more often, than it was. */
export const regressionSchema = z.object({
  metric: z.string().describe('`meeting.get p50`, or the name of a figure'),
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
  says: z.string().describe('one sentence for people'),
});

/** Metrics that were compared with the past. One that is not here was not found to be as good as before. */
export const comparedSchema = z.object({
  baseline: z.array(z.string()),
  series: z.array(z.string()).describe('with enough runs before'),
});

/**
 * What is remembered of one phase (load, chaos, bench or conduct) of one run: enough to be merged, compared and judged again.
 * Nothing in it is secret.
 */
export const recordSchema = z.object({
  schema: z.literal('fullhouse/record/1'),
  runId: z.string(),
  parts: z
    .array(z.string())
    .optional()
    .describe('of a run that was merged of shards, their runs; none of them is remembered itself'),
  kind: z.enum(['load', 'chaos', 'bench', 'conduct']),
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
  reasons: z.array(z.string()).describe('why the verdict is not "passed"'),
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

/** What is remembered of what was recorded of one operation. */
export function operationRecord({
  outcomes,
  ok,
  earliest,
}: Pick<EncodedOperation, 'outcomes' | 'ok' | 'earliest'>): HistoryRecord['operations'][string] {
  return {
    outcomes: outcomes as Record<string, number>,
    ...(ok && ok.count > 0 ? { ok } : {}),
    // The history is kept for years: what is the same is not kept twice.
    ...(ok && earliest && earliest.hdr !== ok.hdr ? { earliest } : {}),
  };
}

/** Whether both are of one run, or were merged of the same: then neither is the past of the other. */
export function isSameRun(one: Whose, other: Whose): boolean {
  const [here, there] = [one, other].map(({ runId, parts = [] }) => [runId, ...parts]) as [
    string[],
    string[],
  ];
  return here.some((id) => there.includes(id));
}

type Whose = Pick<HistoryRecord, 'runId' | 'parts'>;
