import { z } from 'zod';

/** What was found of one target, in memory as in every file that holds it. */
export const judgementSchema = z.object({
  target: z.string(),
  state: z
    .enum(['met', 'missed', 'inconclusive'])
    .describe('inconclusive: too few samples to say, or a bracket with the limit in it'),
  value: z.number().nullable(),
  limit: z.number(),
  unit: z.string(),
  count: z.int().min(0).describe('samples behind the value'),
  interval: z
    .object({ low: z.number(), high: z.number().nullable() })
    .optional()
    .describe('95 % confidence interval of a percentile over the whole run'),
  bracket: z
    .object({ low: z.number(), high: z.number() })
    .optional()
    .describe(
      'the least and the most that a latency can be, as far as the generator can tell: a target is met or missed when both ends agree',
    ),
  note: z
    .string()
    .optional()
    .describe('what the value alone does not say: no data, too few samples, which seconds were the worst'),
});

export type Judgement = Readonly<z.infer<typeof judgementSchema>>;
