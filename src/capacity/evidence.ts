import { z } from 'zod';
import { AXES } from './axis.ts';

const figure = z.number().nullable();

const judgedLimit = z.object({
  text: z.string().describe('the limit as it was written: `meeting.join p95 < 500 ms`'),
  required: z.number().describe('the share of the calls that must be within the limit: 0.95 for a P95'),
  share: figure.describe('the share that was; null without a call'),
  low: figure.describe('lower end of the 95% confidence interval, from batch means'),
  high: figure,
  batches: z.int().min(0),
  of: z.int().min(0).optional().describe('the calls that the share is of'),
});

const growth = z.object({
  what: z.enum(['response time', 'requests in flight']),
  perSecond: z.number().describe('Theil–Sen slope: ms, or requests, per second'),
  pValue: z.number().describe('Mann–Kendall'),
});

const resource = z.object({
  name: z
    .string()
    .describe('`service CPU`, `service event loop`, `callers waiting for a database connection`'),
  value: z.number(),
  unit: z.string(),
  limit: figure.describe('the value from which on it is at its limit; null if it has none'),
  isAtLimit: z.boolean(),
});

/** One level of a capacity search, as it was judged. */
export const levelSchema = z.object({
  level: z.number().describe('users, arrivals per second, or members of one meeting'),
  purpose: z.enum(['double', 'bisect', 'confirm', 'step down']),
  startedAtMs: z.number().describe('since the start of the crowd'),
  judgedFromMs: figure.describe('the end of settling; null if the level never settled'),
  endedAtMs: z.number(),
  verdict: z.enum(['holds', 'breaks', 'undecided', 'generator']),
  message: z.string().describe('why, in one sentence'),
  limits: z.array(judgedLimit),
  growth: growth.nullable(),
  calls: z.int().min(0),
  perSecond: z.number().describe('successful calls per second'),
  users: z.number().describe('the mean number of active participants'),
  p50Ms: figure,
  p95Ms: figure,
  p99Ms: figure,
  errorRatePercent: figure,
  resources: z.array(resource),
  generator: z.string().nullable().describe('what limited the load generator, in words; null if nothing did'),
});

export type Level = z.infer<typeof levelSchema>;

/** The answer of a search. */
export const capacityAnswerSchema = z.object({
  holds: figure.describe('the highest level that was confirmed; null if none held'),
  breaks: figure.describe('the lowest level that broke; null if none did'),
  endedBy: z
    .enum(['found', 'generator', 'time', 'at most', 'nothing holds', 'interrupted'])
    .describe('`found`: both levels are known, and near enough to each other'),
  first: z
    .object({ name: z.string(), message: z.string() })
    .nullable()
    .describe('what reached its limit first; null if nothing that was measured did'),
  failure: z
    .string()
    .optional()
    .describe('why the search could not go on, such as a service that is gone; `endedBy` is `interrupted`'),
  sentence: z.string().describe('`430 users hold, 452 do not (95% confidence)`'),
});

export type CapacityAnswer = z.infer<typeof capacityAnswerSchema>;

const coefficient = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** The content of `capacity.json`: written after each level, so a killed search keeps all earlier ones. */
export const capacitySchema = z.object({
  schema: z.literal('fullhouse/capacity/1'),
  axis: z.enum(AXES),
  limits: z.array(z.string()),
  leftOut: z.array(z.string()).describe('targets that a level cannot be judged by, with the reason'),
  withinPercent: z.number(),
  forMs: z.number(),
  atMost: figure,
  atLeast: figure,
  levels: z.array(levelSchema).describe('in the order in which they were tried'),
  answer: capacityAnswerSchema.nullable().describe('null until the search has ended'),
  scalability: z
    .object({
      contention: coefficient.describe('sigma of the Universal Scalability Law'),
      crosstalk: coefficient.describe('kappa of the Universal Scalability Law'),
      perUser: coefficient.describe('lambda: throughput of one user, per second'),
      peakAt: figure.describe('the level with the highest throughput; null if it has none'),
    })
    .nullable()
    .describe('null unless six or more levels span the knee'),
});

export type Capacity = z.infer<typeof capacitySchema>;
