import { judgeCount } from './counts.ts';
import { judgeDrift } from './drift.ts';
import type { MetricVerdict, Round, Sample, SoakPlan } from './evidence.ts';
import { judgeMemory, type MemoryLimit } from './floors.ts';
import { HEAP_AFTER, metricOf } from './metric.ts';
import { type Material, materialOf, watchedNames } from './series.ts';
import { runAtLeastText } from './verdict.ts';

const WORST_FIRST: readonly MetricVerdict['verdict'][] = ['grows', 'unsettled', 'too short', 'flat'];

/** Two readings of one figure: what the service publishes is preferred to what /proc shows. */
const SAME: Readonly<Record<string, string>> = {
  'os.resident_bytes': 'process_resident_memory_bytes',
  'os.descriptors': 'process_open_fds',
};

/** The memory of a whole process, which a limit of memory is about. */
const PROCESS_MEMORY = ['process_resident_memory_bytes', 'os.resident_bytes'];

/** The heap, from the most exact reading. All memory of the process grows with it. */
const HEAP = [HEAP_AFTER, 'nodejs_heap_size_used_bytes'];

/**
 * Judges all metrics of a soak, also of one that was killed: only rounds with a rest count. The cause is first: what grows,
 * from the most specific resource to the most general; then the others.
 */
export function judgeSoak({
  plan,
  rounds,
  samples,
}: {
  plan: SoakPlan;
  rounds: readonly Round[];
  samples: readonly Sample[];
}): MetricVerdict[] {
  const material = materialOf(rounds, samples);
  const names = watchedNames(material);
  const metrics = withTheHeap(
    names
      .filter((name) => !names.includes(SAME[name] ?? ''))
      .flatMap((name) => judgeMetric(name, material, plan) ?? []),
    2 * plan.forMs,
  );
  const latencies = (['p50', 'p95'] as const).flatMap((one) => judgeDrift(one, material, plan) ?? []);
  return [...metrics, ...latencies].sort(
    (one, other) =>
      WORST_FIRST.indexOf(one.verdict) - WORST_FIRST.indexOf(other.verdict) ||
      metricOf(one.metric).place - metricOf(other.metric).place,
  );
}

function judgeMetric(name: string, material: Material, plan: SoakPlan): MetricVerdict | undefined {
  if (metricOf(name).kind === 'count') return judgeCount(name, material, plan);
  return judgeMemory(name, material, { plan, limit: memoryLimit(name, material, plan) });
}

/**
 * While the heap is unsettled, memory that grows steadily may be a part of the same warm-up. A heap that grows only between
 * full collections is garbage.
 */
function withTheHeap(metrics: readonly MetricVerdict[], runAtLeastMs: number): MetricVerdict[] {
  const heap = HEAP.flatMap((name) => metrics.find(({ metric }) => metric === name) ?? [])[0];
  return metrics.map((metric) => {
    if (!heap || metric.verdict !== 'grows' || metric.kind !== 'memory') return metric;
    const isGarbage = heap.verdict === 'flat' && HEAP.includes(metric.metric);
    if (heap.verdict !== 'unsettled' && !isGarbage) return metric;
    const why = isGarbage ? 'does not grow' : 'has not settled';
    return {
      ...metric,
      verdict: 'unsettled',
      reaches: null,
      runAtLeastMs,
      message: `${metric.label} rises, but the ${heap.label} ${why}: ${runAtLeastText(runAtLeastMs)}`,
    };
  });
}

/** A part of the memory, such as the heap, reaches the limit of the process when the whole process does. */
function memoryLimit(
  name: string,
  { samples }: Material,
  { memoryLimitBytes }: SoakPlan,
): MemoryLimit | undefined {
  if (memoryLimitBytes === null) return undefined;
  for (const whole of [...PROCESS_MEMORY, name]) {
    const now = samples.findLast(({ values }) => values[whole] !== undefined)?.values[whole];
    if (now !== undefined) return { limit: memoryLimitBytes, now };
  }
  return undefined;
}
