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
  earliest: z
    .object({ p50Ms: perStretch, p95Ms: perStretch })
    .optional()
    .describe('the least that these percentiles can be; absent where every latency is exact'),
});

const serviceSeries = z.object({
  atS: z
    .array(z.number())
    .describe('seconds since the start; every other list has one value for each of them'),
  callsPerSecond: perStretch,
  avgMs: perStretch,
  p95Ms: perStretch.describe('estimated within a bucket of its histogram; null outside of its bounds'),
  p95Outside: z
    .array(z.object({ side: z.enum(['below', 'above']), ms: z.number(), readings: count }))
    .describe('how many readings had a P95 below the bound of the first bucket, or above the last bound'),
  cpu: perStretch.describe('cores'),
  memoryBytes: perStretch,
  loopDelayMs: perStretch.describe('P99 of the delay of its event loop'),
  connections: perStretch,
  waitingForDatabase: perStretch,
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
  generator: z
    .array(
      z.object({
        share: count,
        loopDelayMaxMs: perStretch,
        cpu: perStretch.describe('cores'),
        processorWaitPercent: perStretch
          .optional()
          .describe('of the time, in which the thread could run and had no processor'),
        browserCpu: perStretch
          .optional()
          .describe('cores, of the browser that it drives; absent without one'),
        memoryBytes: perStretch,
      }),
    )
    .describe('the processes that generated the load'),
  service: serviceSeries
    .nullable()
    .describe(
      'what the service said of itself while the crowd was there; null when it says nothing, or when several processes answered',
    ),
});

export type Series = z.infer<typeof seriesSchema>;
/** What participants recorded; generator and service tell the rest. */
export type RecordedSeries = Omit<Series, 'generator' | 'service'>;
export type ServiceSeries = z.infer<typeof serviceSeries>;
export type OperationSeries = z.infer<typeof operationSeries>;
