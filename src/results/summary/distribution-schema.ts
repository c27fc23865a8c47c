import { z } from 'zod';

const curve = z
  .array(z.tuple([z.number(), z.number()]))
  .describe(
    '[fraction of the samples, ms]: this fraction, 0 to 1, took at most this long; the last one is the maximum',
  );

const distribution = z.object({
  count: z.int().min(0),
  latency: curve.describe('successes, from the actual start; upper bounds'),
  earliest: curve.optional().describe('lower bounds of the same latencies; absent if every latency is exact'),
  response: curve.describe('successes, from the intended start'),
  bins: z
    .object({ from: z.int(), counts: z.array(z.int().min(0)) })
    .describe(
      'the number of latencies in each twentieth of a decade: bin i begins at 10^((from + i) / 20) ms',
    ),
});

/** How latencies are distributed, from the merged histograms. */
export const distributionsSchema = z.object({
  actions: distribution.describe('all actions together'),
  operations: z.record(z.string(), distribution),
});

export type Distributions = z.infer<typeof distributionsSchema>;
export type Distribution = z.infer<typeof distribution>;
