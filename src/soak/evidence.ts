import { z } from 'zod';
import { judgementSchema } from '../targets/judgement.ts';

const figure = z.number().nullable();
const count = z.int().min(0);

/** One metric of the service at one instant, by its name: `process_open_fds`, `nodejs_active_resources{type="Timeout"}`. */
const values = z.record(z.string(), z.number());

/** A line of `samples.ndjson`. */
export const sampleSchema = z.object({
  atMs: z.number().describe('since the start of the soak'),
  round: count.describe('0 before the first round'),
  state: z.enum(['working', 'resting']),
  values,
});

export type Sample = z.infer<typeof sampleSchema>;

/** A self-check of the load generator, as `SelfCheckFinding`. */
const finding = z.object({
  check: z.string(),
  value: z.number(),
  bound: z.number(),
  unit: z.string(),
  ok: z.boolean(),
  spoils: z.enum(['everything', 'load', 'pages', 'connections', 'nothing']),
  hint: z.string(),
});

const block = z.object({
  fromMs: z.number().describe('since the start of the soak'),
  toMs: z.number(),
  users: z.number().describe('the mean number of active participants'),
  calls: count,
  failed: count,
  p50Ms: figure,
  p95Ms: figure,
});

/** The content of `soak/round-001.json`: one round, without its seconds. */
export const roundSchema = z.object({
  schema: z.literal('fullhouse/soak-round/1'),
  number: z.int().min(1),
  startedAtMs: z.number().describe('since the start of the soak'),
  endedAtMs: z.number().describe('the last participant has left'),
  restedAtMs: figure.describe('the end of the rest; null if the soak ended before'),
  isWhole: z.boolean().describe('whether every slice reported its end'),
  sessions: z.looseObject({
    started: count,
    completed: count,
    cutShort: count.optional(),
    gaveUp: z.record(z.string(), count).optional().describe('by the step that failed'),
  }),
  operations: z.record(z.string(), z.unknown()).describe('as EncodedTimings.operations, all slices merged'),
  blocks: z.array(block),
  rest: values.nullable().describe('the metrics at the end of the rest; null if nothing was read'),
  generator: z.array(z.string()).describe('limits of the load generator in this round, in words'),
  findings: z
    .array(finding)
    .optional()
    .describe('the same limits for programs: the self-checks of the load generator that are not ok'),
  lost: z.array(count).optional().describe('slices whose process ended before their participants did'),
  discrepancies: z.array(z.string()).optional().describe('counts that do not add up, one sentence each'),
  figures: z
    .record(z.string(), z.object({ part: z.number(), of: z.number() }))
    .optional()
    .describe('figures of the crowd, such as `events lost`'),
  worst: z.array(judgementSchema).optional().describe('targets about a worst window, judged in this round'),
});

export type Round = z.infer<typeof roundSchema>;

/** The content of `soak/soak.json`: the plan, and how the soak ended. */
export const soakPlanSchema = z.object({
  schema: z.literal('fullhouse/soak/1'),
  name: z.string(),
  startedAt: z.iso.datetime().nullable(),
  forMs: z.number(),
  rounds: z.int().min(1),
  workMs: z.number().describe('of each round'),
  restMs: z.number().describe('the longest rest after each round'),
  sampleEveryMs: z.number(),
  memoryLimitBytes: figure,
  schedule: z.string().optional().describe('of each round, in words'),
  targets: z
    .array(z.object({ text: z.string(), ifMeasured: z.literal(true).optional() }))
    .optional()
    .describe('judged over the whole soak'),
  unmeasured: z
    .array(z.string())
    .optional()
    .describe('why readings are missing, one sentence each: no metrics, or no access to the process'),
  by: z
    .object({ place: z.string(), pid: z.int(), since: z.string() })
    .optional()
    .describe('the process that runs the soak'),
  before: values.nullable().describe('the metrics before the first round'),
  stopped: z.object({ reason: z.string(), isInterrupted: z.boolean() }).nullable(),
  notBegun: z.string().optional().describe('why a round could not begin, if the soak ended with it'),
  ended: z.boolean().describe('false while it goes on, and for ever if it was killed'),
});

export type SoakPlan = z.infer<typeof soakPlanSchema>;

const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** What a soak found out about one metric. */
export const metricVerdictSchema = z.object({
  metric: z.string(),
  label: z.string().describe('for people: `open file descriptors`'),
  kind: z.enum(['count', 'memory', 'latency']),
  unit: z.string(),
  verdict: z.enum(['flat', 'grows', 'unsettled', 'too short']),
  by: z.enum(['rest', 'floor', 'drift']),
  before: figure,
  after: figure,
  perHour: interval.nullable(),
  per1000Sessions: interval.nullable(),
  reaches: z
    .object({ limit: z.number(), inHours: z.number(), low: z.number(), high: figure })
    .nullable()
    .describe('when the limit is reached at this rate; `high` is null if it may never be'),
  runAtLeastMs: figure.describe(
    'how long a soak has to be for a verdict; null unless unsettled or too short',
  ),
  message: z.string(),
});

export type MetricVerdict = z.infer<typeof metricVerdictSchema>;
