import type { SoakEvidence } from '../../../src/results/evidence/read.ts';
import { summariseSoak } from '../../../src/results/summary/soak.ts';
import type { MetricVerdict, Round, Sample } from '../../../src/soak/evidence.ts';
import type { SoakReport } from '../../../src/views/report-part.ts';
import { hostile } from './searched.ts';
import { circumstances, timingsOf } from './summary/crowd-records.ts';

const MIB = 2 ** 20;

export interface Soaked {
  readonly rounds?: number;
  /** Planned rounds. */
  readonly of?: number;
  readonly workMs?: number;
  readonly restMs?: number;
  readonly everyMs?: number;
  /** Metrics beside the usual ones. */
  readonly more?: number;
  readonly stopped?: SoakEvidence['plan']['stopped'];
}

const usual = [
  'process_open_fds',
  'nodejs_active_resources{type="Timeout"}',
  'process_resident_memory_bytes',
  hostile,
];

/** A soak of a service that keeps a timer in each session, and one metric with a hostile name. */
export function soaked({
  rounds = 4,
  of = rounds,
  workMs = 120_000,
  restMs = 30_000,
  everyMs = 5000,
  more = 0,
  stopped = null,
}: Soaked = {}): SoakEvidence {
  const whole = workMs + restMs;
  const extra = Array.from({ length: more }, (_, index) => `gauge_${index}{pool="a"}`);
  const read = (atMs: number, isWorking: boolean): Sample['values'] => {
    const sessions = Math.floor(atMs / 1000);
    const load = isWorking ? 1 : 0;
    return {
      process_open_fds: 24 + 40 * load,
      'nodejs_active_resources{type="Timeout"}': 3 + sessions,
      process_resident_memory_bytes: 90 * MIB + sessions * 1024 + (atMs % 40_000) * 500,
      [hostile]: 7,
      ...Object.fromEntries(extra.map((name, index) => [name, index + load * 3])),
    };
  };
  const samples = Array.from({ length: Math.floor((rounds * whole) / everyMs) }, (_, index): Sample => {
    const atMs = index * everyMs;
    const isWorking = atMs % whole < workMs;
    return {
      atMs,
      round: Math.floor(atMs / whole) + 1,
      state: isWorking ? 'working' : 'resting',
      values: read(atMs, isWorking),
    };
  });
  return {
    plan: {
      schema: 'fullhouse/soak/1',
      name: 'meeting-sessions',
      startedAt: '2026-11-23T14:00:00.000Z',
      forMs: of * whole,
      rounds: of,
      workMs,
      restMs,
      sampleEveryMs: everyMs,
      memoryLimitBytes: 512 * MIB,
      schedule: '20 users, held for 2 min.',
      targets: [{ text: 'latency p95 < 500 ms' }],
      before: read(0, false),
      stopped,
      ended: stopped === null && rounds === of,
    },
    rounds: Array.from({ length: rounds }, (_, index) =>
      roundOf(index + 1, {
        startedAtMs: index * whole,
        workMs,
        restMs,
        rest: read((index + 1) * whole, false),
      }),
    ),
    samples,
  };
}

function roundOf(
  number: number,
  {
    startedAtMs,
    workMs,
    restMs,
    rest,
  }: Pick<Round, 'startedAtMs' | 'rest'> & Record<'workMs' | 'restMs', number>,
): Round {
  const { operations } = timingsOf({ count: 200 }, { name: 'meeting.join', latencyMs: 45, count: 60 }).encode(
    30_000,
  );
  const blocks = Math.max(1, Math.floor(workMs / 30_000));
  return {
    schema: 'fullhouse/soak-round/1',
    number,
    startedAtMs,
    endedAtMs: startedAtMs + workMs,
    restedAtMs: startedAtMs + workMs + restMs,
    isWhole: true,
    sessions: { started: 120, completed: 118 },
    operations,
    blocks: Array.from({ length: blocks }, (_, block) => ({
      fromMs: startedAtMs + block * 30_000,
      toMs: startedAtMs + (block + 1) * 30_000,
      users: 20,
      calls: 260,
      failed: 0,
      p50Ms: 20 + block,
      p95Ms: 45 + block,
    })),
    rest,
    generator: [],
  };
}

const flat = {
  verdict: 'flat',
  perHour: null,
  per1000Sessions: null,
  reaches: null,
  runAtLeastMs: null,
} as const;

/** What a judge may find in such a soak: a growing count, an unsettled memory, and flat metrics. */
export function judgedMetrics({ samples }: SoakEvidence): MetricVerdict[] {
  const names = Object.keys(samples[0]?.values ?? {}).filter((name) => !usual.includes(name));
  return [
    {
      metric: usual[1]!,
      label: 'timers',
      kind: 'count',
      unit: '',
      verdict: 'grows',
      by: 'rest',
      before: 3,
      after: 603,
      perHour: { value: 3600, low: 3550, high: 3650 },
      per1000Sessions: { value: 1000, low: 990, high: 1010 },
      reaches: null,
      runAtLeastMs: null,
      message:
        'timers did not return to rest: 153 after round 1, 603 after round 4 (1,000 per 1000 sessions)',
    },
    {
      metric: usual[2]!,
      label: 'resident memory',
      kind: 'memory',
      unit: 'bytes',
      verdict: 'unsettled',
      by: 'floor',
      before: 90 * MIB,
      after: 98 * MIB,
      perHour: { value: 12.4 * MIB, low: 8.1 * MIB, high: 16.9 * MIB },
      per1000Sessions: { value: 3.2 * MIB, low: 2.1 * MIB, high: 4.4 * MIB },
      reaches: { limit: 512 * MIB, inHours: 33.4, low: 24.5, high: null },
      runAtLeastMs: 3_600_000,
      message: 'resident memory is unsettled: run at least 60 min',
    },
    {
      ...flat,
      metric: usual[0]!,
      label: 'open file descriptors',
      kind: 'count',
      unit: '',
      by: 'rest',
      before: 24,
      after: 24,
      message: 'flat',
    },
    {
      ...flat,
      metric: hostile,
      label: hostile,
      kind: 'count',
      unit: '',
      by: 'rest',
      before: 7,
      after: 7,
      message: hostile,
    },
    ...names.map((metric, index): MetricVerdict => {
      return {
        ...flat,
        metric,
        label: metric,
        kind: 'count',
        unit: '',
        by: 'rest',
        before: index,
        after: index,
        message: 'flat',
      };
    }),
  ];
}

/** The report of a soak, with these metrics instead of judged ones. */
export function soakReport(evidence = soaked(), metrics = judgedMetrics(evidence)): SoakReport {
  const { facts } = circumstances('');
  const summary = summariseSoak(evidence, facts);
  const [worst] = metrics;
  if (evidence.plan.stopped !== null || worst === undefined || worst.verdict === 'flat')
    return { evidence, summary: { ...summary, metrics } };
  const reasons = metrics
    .filter(({ verdict }) => verdict !== 'flat')
    .map(({ verdict, metric, message }) => ({
      kind: verdict === 'grows' ? ('check failed' as const) : ('check inconclusive' as const),
      subject: metric,
      message,
    }));
  const verdict = worst.verdict === 'grows' ? 'failed' : 'inconclusive';
  const answer = { sentence: `${verdict.toUpperCase()}: ${worst.message}.` };
  return { evidence, summary: { ...summary, metrics, verdict, reasons, answer } };
}
