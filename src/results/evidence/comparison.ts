import { z } from 'zod';
import { metricsOf } from '../../history/metrics.ts';
import type { Comparison } from '../../history/past.ts';
import { type HistoryRecord, regressionSchema } from '../../history/record.ts';

const run = z.object({ runId: z.string(), at: z.iso.datetime(), commit: z.string().nullable() });

/** The content of `comparison.json`: a crowd beside its past at the time of the comparison. */
export const comparisonSchema = z.object({
  schema: z.literal('fullhouse/comparison/2'),
  with: z.string().describe('in words'),
  baseline: run.nullable(),
  earlier: z.array(run).describe('runs that may be compared, the oldest first'),
  metrics: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      better: z.enum(['lower', 'higher']),
      value: z.number(),
      earliest: z.number().optional().describe('the least that the value of a latency can be'),
      baseline: z.number().nullable(),
      baselineEarliest: z.number().optional(),
      earlier: z.array(z.number().nullable()).describe('one for each of the earlier runs'),
    }),
  ),
  regressions: z.array(regressionSchema),
  // Evidence of earlier versions does not have it.
  notCompared: z.string().nullable().default(null).describe('why the past was not compared with'),
});

export type ComparisonEvidence = z.infer<typeof comparisonSchema>;

/** More runs than these are hard to read. */
const MOST_RUNS = 20;

export function comparisonOf(record: HistoryRecord, compared: Comparison): ComparisonEvidence {
  const earlier = compared.earlier.slice(-MOST_RUNS);
  const theirs = earlier.map(metricsOf);
  const base = compared.baseline && metricsOf(compared.baseline);
  return {
    schema: 'fullhouse/comparison/2',
    with: compared.with,
    baseline: compared.baseline ? runOf(compared.baseline) : null,
    earlier: earlier.map(runOf),
    metrics: [...metricsOf(record).values()].map(({ name, unit, better, value, earliest }) => ({
      name,
      unit,
      better,
      value,
      earliest,
      baseline: base?.get(name)?.value ?? null,
      baselineEarliest: base?.get(name)?.earliest,
      earlier: theirs.map((metrics) => metrics.get(name)?.value ?? null),
    })),
    regressions: [...compared.regressions],
    notCompared: compared.notCompared,
  };
}

function runOf({ runId, at, commit }: HistoryRecord): ComparisonEvidence['earlier'][number] {
  return { runId, at, commit };
}
