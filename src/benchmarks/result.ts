import { z } from 'zod';
import { comparedSchema, regressionSchema } from '../history/record.ts';
import { keptBusy } from '../kernel/processor-times.ts';
import { judge } from '../targets/judge.ts';
import { judgementSchema } from '../targets/judgement.ts';
import type { Target } from '../targets/target.ts';
import type { EncodedOperation } from '../timings/encoded.ts';
import { operation as encodedOperation, isDecodable, UNDECODABLE } from '../timings/encoded-schema.ts';
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
  timings: z
    .custom<EncodedOperation>(isOperation, UNDECODABLE)
    .describe('outcomes and encoded histograms of the measured calls'),
  targets: z.array(judgementSchema),
  trouble: z.string().nullable().describe('why the measuring ended early'),
  breathless: z
    .string()
    .nullable()
    .describe('why latencies may be longer than the service’s; then they are not compared, nor remembered'),
  comparedWith: z.string().describe('what it was compared with, in words'),
  notCompared: z
    .string()
    .nullable()
    // Blob reports of earlier versions do not have it.
    .default(null)
    .describe('why a comparison that the past asks for was not made, or not to its end'),
  compared: comparedSchema.optional().describe('metrics that were compared with the past'),
  regressions: z.array(regressionSchema).describe('seen in two measurements, one after the other'),
  unconfirmed: z
    .array(regressionSchema)
    .describe('seen in the first measurement, and not again in the second'),
});

function isOperation(value: unknown): boolean {
  const { success } = encodedOperation.safeParse(value);
  return success && isDecodable({ operations: { it: value as EncodedOperation }, windows: [] });
}

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
  const { processors, ...rest } = measured;
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
      .map((target) => judge(target, timings, { scheduleS: measured.seconds })),
    // One call at a time keeps little more than one core busy, with the service and its database.
    breathless: keptBusy(processors),
    comparedWith: '',
    notCompared: null,
    regressions: [],
    unconfirmed: [],
  };
}

/**
 * Failed: a target was missed, calls failed to be measured, or it got slower. Not passed without the comparison that the
 * past asks for: on a busy machine, a service that became slower would pass.
 */
export function verdictOf(result: BenchmarkResult): 'passed' | 'failed' | 'inconclusive' {
  const { trouble, targets, regressions, breathless, notCompared } = result;
  if (trouble !== null) return 'failed';
  // A busy machine makes latencies long: it neither makes a service answer with errors nor helps to meet a target.
  const isProof = ({ unit, value }: (typeof targets)[number]) =>
    breathless === null || unit === '%' || value === null;
  const missed = targets.filter(({ state }) => state === 'missed');
  if (missed.some(isProof) || regressions.length > 0) return 'failed';
  const isWhole = notCompared === null && targets.every(({ state }) => state === 'met');
  return isWhole ? 'passed' : 'inconclusive';
}

/** What went wrong or was left undone, beside targets and regressions: sentences that do not name the benchmark. */
export function doubtsOf({ trouble, breathless, notCompared }: BenchmarkResult): string[] {
  const busy = breathless !== null && !notCompared?.includes(breathless) ? breathless : null;
  return [trouble, busy, notCompared].filter((text) => text !== null);
}

/** As they were measured, one after the other. */
export function inOrder(results: readonly BenchmarkResult[]): BenchmarkResult[] {
  return [...results].sort((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
}
