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

/** The content of `benchmark.json`: one benchmark of one run, measured and judged. */
export const benchmarkSchema = z.object({
  schema: z.literal('fullhouse/benchmark/2'),
  operation: z.string(),
  title: z.string(),
  startedAt: z.iso.datetime(),
  iterations: count.describe('requested number of measured calls'),
  warmUp: count.describe('calls made before the measured ones, which are not part of the results'),
  concurrency: count,
  seconds: z.number(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])).describe('what decides the cost of a call'),
  timings: z
    .custom<EncodedOperation>(isOperation, UNDECODABLE)
    .describe('outcomes and encoded histograms of the measured calls'),
  targets: z.array(judgementSchema),
  problem: z.string().nullable().describe('why the measuring ended early'),
  overloaded: z
    .string()
    .nullable()
    .describe('why latencies may be longer than the service’s; then they are neither compared nor saved'),
  comparedWith: z.string().describe('what it was compared with, in words'),
  notCompared: z
    .string()
    .nullable()
    // Blob reports of earlier versions do not have this field.
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

/** Judges a measurement by the targets of its operation. The result is not compared yet. */
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
    schema: 'fullhouse/benchmark/2',
    operation,
    title,
    startedAt: startedAt.toISOString(),
    iterations,
    concurrency,
    ...rest,
    targets: targets
      .filter((target) => target.operation === operation)
      .map((target) => judge(target, timings, { scheduleS: measured.seconds })),
    // One call at a time uses a little more than one core, including the service and its database.
    overloaded: keptBusy(processors),
    comparedWith: '',
    notCompared: null,
    regressions: [],
    unconfirmed: [],
  };
}

/**
 * Failed if a target was missed, the measurement ended early, or the operation became slower. A result that was not compared
 * does not pass, because a service that became slower would pass on a busy machine.
 */
export function verdictOf(result: BenchmarkResult): 'passed' | 'failed' | 'inconclusive' {
  const { problem, targets, regressions, notCompared } = result;
  if (problem !== null) return 'failed';
  if (targets.some((target) => isMissed(target, result)) || regressions.length > 0) return 'failed';
  const isWhole = notCompared === null && targets.every(({ state }) => state === 'met');
  return isWhole ? 'passed' : 'inconclusive';
}

/**
 * Whether a target was missed because of the service. A busy machine makes latencies longer. It does not cause errors of
 * the service, or help to meet a target.
 */
export function isMissed(
  { state, unit, value }: BenchmarkResult['targets'][number],
  { overloaded }: Pick<BenchmarkResult, 'overloaded'>,
): boolean {
  return state === 'missed' && (overloaded === null || unit === '%' || value === null);
}

/** Problems and missing comparisons, without targets and regressions. The sentences do not name the benchmark. */
export function doubtsOf({ problem, overloaded, notCompared }: BenchmarkResult): string[] {
  const busy = overloaded !== null && !notCompared?.includes(overloaded) ? overloaded : null;
  return [problem, busy, notCompared].filter((text) => text !== null);
}

/** Sorts results by the start of their measurement. */
export function inOrder(results: readonly BenchmarkResult[]): BenchmarkResult[] {
  return [...results].sort((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
}
