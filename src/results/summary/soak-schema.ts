import { z } from 'zod';
import { metricVerdictSchema, roundSchema, soakPlanSchema } from '../../soak/evidence.ts';
import { summarySchema } from './schema.ts';

const { shape } = summarySchema;
const count = z.int().min(0);
const figure = z.number().nullable();

const round = z.object({
  number: z.int().min(1),
  fromS: z.number().describe('since the start of the soak'),
  workedS: z.number().describe('until the last participant left'),
  restedS: figure.describe('how long the service rested afterwards; null if the soak ended before'),
  isWhole: z.boolean(),
  sessions: z.object({ started: count, completed: count }),
  calls: count.describe('of all actions'),
  failed: count,
  p50Ms: figure,
  p95Ms: figure,
  generator: z.array(z.string()).describe('limits of the load generator, in words'),
});

/** The content of `soak.json`: all results of a soak. Percentiles are over all rounds together. */
export const soakSummarySchema = z.object({
  schema: z.literal('fullhouse/soak-summary/1'),
  verdict: shape.verdict,
  answer: z.object({ sentence: z.string().describe('begins with the verdict in capitals') }),
  reasons: shape.reasons,
  partial: z.boolean().describe('a round is missing or has lost a slice, or the soak was stopped'),
  run: z.object({
    id: z.string(),
    name: z.string(),
    startedAt: z.string().nullable().describe('the start of the first round, ISO 8601'),
    durationS: z.number().describe('until the end of the last rest'),
    plannedS: z.number(),
    commit: z.string().nullable(),
  }),
  plan: soakPlanSchema.pick({
    rounds: true,
    workMs: true,
    restMs: true,
    sampleEveryMs: true,
    memoryLimitBytes: true,
  }),
  service: shape.service,
  settings: shape.settings,
  seed: shape.seed,
  schedule: z.string().describe('of each round, in words'),
  network: shape.network,
  versions: shape.versions,
  machine: shape.machine,
  rounds: z.array(round),
  blocks: z.array(roundSchema.shape.blocks.element).describe('of all rounds, in the order of time'),
  sessions: z.object({ started: count, completed: count, cutShort: count, gaveUp: count }),
  totals: z.object({
    total: count,
    successful: count,
    failed: count,
    errorRatePercent: figure,
    perSecond: figure.describe('over the time in which participants were active; null without any'),
  }),
  latency: shape.latency,
  operations: shape.operations,
  targets: shape.targets.describe('over all rounds together'),
  notJudged: shape.notJudged,
  metrics: z.array(metricVerdictSchema).describe('what names the cause first, the flat ones last'),
  unmeasured: z.array(z.string()).describe('why readings are missing, one sentence each'),
});

/** A soak with its verdict: the data of every report about it. */
export type SoakSummary = z.infer<typeof soakSummarySchema>;
