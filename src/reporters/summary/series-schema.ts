import { z } from 'zod';

const count = z.int().min(0);
const perStretch = z.array(z.number().nullable());

const operationSeries = z.object({
  outcomes: z.record(z.string(), z.array(count)).describe('how often each outcome was recorded'),
  p50Ms: perStretch,
  p90Ms: perStretch,
  p95Ms: perStretch,
  p99Ms: perStretch,
  maxMs: perStretch,
});

/**
 * The run over time, in stretches of equal length: every list has one value per stretch. Latencies are those of
 * successes; a percentile that too few samples support is null.
 */
export const seriesSchema = z.object({
  everyS: count.describe('length of a stretch in seconds; the first one begins with the run'),
  points: count.describe('number of stretches'),
  users: z.array(count).describe('the most at a time'),
  actions: operationSeries.describe('all actions together'),
  operations: z.record(z.string(), operationSeries),
});

export type Series = z.infer<typeof seriesSchema>;
export type OperationSeries = z.infer<typeof operationSeries>;
