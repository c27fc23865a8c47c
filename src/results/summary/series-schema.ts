import { z } from 'zod';

const count = z.int().min(0);
const perWindow = z.array(z.number().nullable());

const operationSeries = z.object({
  outcomes: z.record(z.string(), z.array(count)).describe('how often each outcome was recorded'),
  p50Ms: perWindow,
  p90Ms: perWindow,
  p95Ms: perWindow,
  p99Ms: perWindow,
  maxMs: perWindow,
  earliest: z
    .object({ p50Ms: perWindow, p95Ms: perWindow })
    .optional()
    .describe('lower bounds of these percentiles; absent if every latency is exact'),
});

const serviceSeries = z.object({
  atS: z
    .array(z.number())
    .describe('seconds since the start; every other list has one value for each of them'),
  callsPerSecond: perWindow,
  avgMs: perWindow,
  p95Ms: perWindow.describe('estimated within a bucket of its histogram; null outside of its bounds'),
  p95Outside: z
    .array(z.object({ side: z.enum(['below', 'above']), ms: z.number(), readings: count }))
    .describe(
      'the number of readings with a P95 below the bound of the first bucket, or above the last bound',
    ),
  cpu: perWindow.describe('cores'),
  memoryBytes: perWindow,
  loopDelayMs: perWindow.describe('P99 of the delay of its event loop'),
  connections: perWindow,
  waitingForDatabase: perWindow,
});

/**
 * The run over time, in windows of equal length: every list has one value per window. Latencies are those of successes;
 * a percentile with too few samples is null.
 */
export const seriesSchema = z.object({
  everyS: count.describe('length of a window in seconds; the first one begins with the run'),
  points: count.describe('number of windows'),
  users: z.array(count).describe('the most at a time'),
  actions: operationSeries.describe('all actions together'),
  operations: z.record(z.string(), operationSeries),
  generator: z
    .array(
      z.object({
        slice: count,
        loopDelayMaxMs: perWindow,
        cpu: perWindow.describe('cores'),
        processorWaitPercent: perWindow
          .optional()
          .describe('percent of the time in which the thread was ready but had no processor'),
        browserCpu: perWindow.optional().describe('cores, of the browser that it drives; absent without one'),
        memoryBytes: perWindow,
      }),
    )
    .describe('the processes that generated the load'),
  service: serviceSeries
    .nullable()
    .describe(
      'the service’s own metrics during the run; null if it reports none, or if several processes answered',
    ),
});

export type Series = z.infer<typeof seriesSchema>;
/** The records of participants; generator and service report the rest. */
export type RecordedSeries = Omit<Series, 'generator' | 'service'>;
export type ServiceSeries = z.infer<typeof serviceSeries>;
export type OperationSeries = z.infer<typeof operationSeries>;
