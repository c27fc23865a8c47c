import { z } from 'zod';
import { bounds } from '../crowd/self-check.ts';
import { regressionSchema } from '../history/record.ts';
import { judge } from '../targets/judge.ts';
import type { Target } from '../targets/target.ts';
import type { EncodedOperation } from '../timings/encoded.ts';
import { MergedTimings } from '../timings/merged-timings.ts';
import type { Benchmark } from './benchmark.ts';
import type { Measured } from './measure.ts';

const count = z.int().min(0);

/** What `benchmark.json` holds: one benchmark of one run, measured and judged. */
export const benchmarkSchema = z.object({
  schema: z.literal('fullhouse/benchmark/1'),
  operation: z.string(),
  title: z.string(),
  startedAt: z.iso.datetime(),
  iterations: count.describe('measured calls that were asked for'),
  warmUp: count.describe('calls made before, in no figure'),
  concurrency: count,
  seconds: z.number(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])).describe('what decides the cost of a call'),
  timings: z.custom<EncodedOperation>().describe('outcomes and encoded histograms of the measured calls'),
  targets: z.array(
    z.object({
      target: z.string(),
      state: z.enum(['met', 'missed', 'inconclusive']),
      value: z.number().nullable(),
      limit: z.number(),
      unit: z.string(),
      count,
      interval: z.object({ low: z.number(), high: z.number().nullable() }).optional(),
      note: z.string().optional(),
    }),
  ),
  trouble: z.string().nullable().describe('why the measuring ended early'),
  breathless: z.string().nullable().describe('why the harness itself may have been the slow one'),
  comparedWith: z.string().describe('what it was compared with, in words'),
  regressions: z.array(regressionSchema).describe('seen in two measurements, one after the other'),
  unconfirmed: z
    .array(regressionSchema)
    .describe('seen in the first measurement, and not again in the second'),
});

export type BenchmarkResult = z.infer<typeof benchmarkSchema>;

/** Judges what was measured by those targets that name its operation. Nothing is compared yet. */
export function resultOf(
  { operation, title }: Benchmark,
  measured: Measured,
  context: {
    readonly startedAt: Date;
    readonly iterations: number;
    readonly concurrency: number;
    readonly targets: readonly Target[];
  },
): BenchmarkResult {
  const { startedAt, iterations, concurrency, targets } = context;
  const timings = new MergedTimings([{ operations: { [operation]: measured.timings }, windows: [] }]);
  const { loopDelayP99Ms, ...rest } = measured;
  return {
    schema: 'fullhouse/benchmark/1',
    operation,
    title,
    startedAt: startedAt.toISOString(),
    iterations,
    concurrency,
    ...rest,
    targets: targets
      .filter((target) => target.operation === operation)
      .map((target) => judge(target, timings, measured.seconds)),
    breathless:
      loopDelayP99Ms <= bounds.loopDelayP99Ms
        ? null
        : `event-loop delay P99 ${loopDelayP99Ms.toFixed(1)} ms, bound ${bounds.loopDelayP99Ms} ms: run it on a quieter machine`,
    comparedWith: '',
    regressions: [],
    unconfirmed: [],
  };
}

/** Failed: a target was missed, calls failed to be measured, or it got slower. */
export function verdictOf(result: BenchmarkResult): 'passed' | 'failed' | 'inconclusive' {
  const { trouble, targets, regressions, breathless } = result;
  if (trouble !== null) return 'failed';
  const missed = targets.filter(({ state }) => state === 'missed');
  // A harness that was out of breath makes latencies long; it makes no service answer with errors.
  const isProof = ({ unit, value }: (typeof targets)[number]) =>
    breathless === null || unit === '%' || value === null;
  if (missed.some(isProof) || (regressions.length > 0 && breathless === null)) return 'failed';
  const isUnsure = breathless !== null || targets.some(({ state }) => state === 'inconclusive');
  return isUnsure ? 'inconclusive' : 'passed';
}
