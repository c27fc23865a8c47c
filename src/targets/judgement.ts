import { z } from 'zod';
import { statisticText, type Target } from './target.ts';

/** The result for one target, in memory and in every file. Texts for people are derived from it, and never read. */
export const judgementSchema = z.object({
  target: z.string().describe('as the user wrote it'),
  operation: z
    .string()
    .optional()
    .describe('absent where the target is about all actions, each operation, or the whole crowd'),
  each: z.literal(true).optional().describe('each operation has to meet the target separately'),
  statistic: z.string().describe('`p95`, `response p95`, `error rate`, `events lost`'),
  worstSeconds: z.number().optional().describe('length of the window; absent for the whole run'),
  comparator: z.enum(['<', '<=', '>', '>=']),
  limit: z.number(),
  unit: z.string(),
  state: z
    .enum(['met', 'missed', 'inconclusive'])
    .describe('inconclusive: too few samples, or a bracket that contains the limit'),
  value: z.number().nullable(),
  problem: z
    .enum(['no data', 'too few samples', 'wide bracket'])
    .optional()
    .describe('why there is no value, or why the value is inconclusive'),
  count: z.int().min(0).describe('samples behind the value'),
  interval: z
    .object({ low: z.number(), high: z.number().nullable() })
    .optional()
    .describe('95% confidence interval of a percentile over the whole run'),
  bracket: z
    .object({ low: z.number(), high: z.number() })
    .optional()
    .describe(
      'the smallest and the largest possible latency; a target is met or missed when both ends agree',
    ),
  decidedBy: z.string().optional().describe('with "each": the worst operation'),
  window: z
    .object({ fromS: z.number(), toS: z.number() })
    .optional()
    .describe('the worst window, in seconds since the start'),
  note: z.string().optional().describe('details for people, such as the worst window'),
});

export type Judgement = Readonly<z.infer<typeof judgementSchema>>;

/** What the target is about, without its result. */
export function identityOf(target: Target) {
  const { text, operation, each, statistic, worstSeconds, comparator, limit, unit } = target;
  return {
    target: text,
    ...(operation === undefined ? {} : { operation }),
    ...(each ? { each } : {}),
    statistic: statisticText(statistic),
    ...(worstSeconds === undefined ? {} : { worstSeconds }),
    comparator,
    limit,
    unit,
  };
}

const statesWorstFirst: readonly Judgement['state'][] = ['missed', 'inconclusive', 'met'];

/** The order of results by their states, for `sort`: those of one state keep their order. */
export function worstFirst(one: Pick<Judgement, 'state'>, other: Pick<Judgement, 'state'>): number {
  return statesWorstFirst.indexOf(one.state) - statesWorstFirst.indexOf(other.state);
}
