import type { Capacity, CapacityAnswer, Level } from '../../../src/capacity/evidence.ts';

type Verdict = Level['verdict'];

/** One level of a search: the service saturates at 440 users. */
export function levelOf(level: number, verdict: Verdict, over: Partial<Level> = {}): Level {
  const holds = verdict === 'holds';
  const load = level / 440;
  const p95Ms = holds ? 40 + 200 * load ** 6 : 900;
  return {
    level,
    purpose: 'double',
    startedAtMs: 0,
    judgedFromMs: 9000,
    endedAtMs: 30_000,
    verdict,
    message: holds ? `99.1% of the calls within 500 ms` : `88.2% of the calls within 500 ms, 95% required`,
    limits: [
      {
        text: 'latency p95 < 500 ms',
        required: 0.95,
        share: holds ? 0.991 : 0.882,
        low: holds ? 0.985 : 0.861,
        high: holds ? 0.996 : 0.903,
        batches: 7,
      },
      { text: 'error rate < 1 %', required: 0.99, share: 1, low: 1, high: 1, batches: 7 },
    ],
    growth: holds ? null : { what: 'response time', perSecond: 12.3, pValue: 0.0004 },
    calls: level * 21,
    perSecond: Math.min(level, 440) * 0.98,
    users: level,
    p50Ms: p95Ms / 3,
    p95Ms,
    p99Ms: p95Ms * 1.6,
    errorRatePercent: holds ? 0 : 0.2,
    resources: [
      {
        name: 'service CPU',
        value: Math.min(0.99, load),
        unit: 'cores',
        limit: 0.95,
        isAtLimit: load > 0.95,
      },
      { name: 'service event loop', value: 12 + 30 * load, unit: 'ms', limit: 100, isAtLimit: false },
    ],
    generator: null,
    ...over,
  };
}

const plan: readonly [number, Verdict, Level['purpose']][] = [
  [10, 'holds', 'double'],
  [20, 'holds', 'double'],
  [40, 'holds', 'double'],
  [80, 'holds', 'double'],
  [160, 'holds', 'double'],
  [320, 'holds', 'double'],
  [640, 'breaks', 'double'],
  [480, 'breaks', 'bisect'],
  [400, 'holds', 'bisect'],
  [440, 'undecided', 'bisect'],
  [452, 'breaks', 'bisect'],
  [430, 'holds', 'confirm'],
];

/** The levels of a whole search, one after another. */
export function allLevels(): Level[] {
  let at = 2000;
  return plan.map(([level, verdict, purpose]) => {
    const startedAtMs = at;
    const lastsMs = purpose === 'confirm' ? 60_000 : 24_000;
    at += lastsMs + (verdict === 'breaks' ? 12_000 : 0);
    return levelOf(level, verdict, {
      purpose,
      startedAtMs,
      judgedFromMs: startedAtMs + 9000,
      endedAtMs: startedAtMs + lastsMs,
    });
  });
}

export const found: CapacityAnswer = {
  holds: 430,
  breaks: 452,
  endedBy: 'found',
  first: { name: 'service CPU', message: 'service CPU 0.98 of 1 core' },
  sentence: '430 users hold, 452 do not (95% confidence)',
};

export const atLeast: CapacityAnswer = {
  holds: 430,
  breaks: null,
  endedBy: 'generator',
  first: { name: 'generator', message: 'load generator: CPU 0.99 cores of a slice' },
  sentence: 'at least 430 users: the load generator was the limit',
};

export const nothing: CapacityAnswer = {
  holds: null,
  breaks: 1,
  endedBy: 'nothing holds',
  first: null,
  sentence: '1 user does not hold: 88.2% of the calls within 500 ms, 95% required',
};

/** A search that found 430 users, with these changes. */
export function searched(over: Partial<Capacity> = {}): Capacity {
  return {
    schema: 'fullhouse/capacity/1',
    axis: 'users',
    limits: ['latency p95 < 500 ms', 'error rate < 1 %'],
    leftOut: ['throughput > 10/s: a level cannot be judged by it'],
    withinPercent: 5,
    forMs: 900_000,
    atMost: null,
    atLeast: null,
    levels: allLevels(),
    answer: found,
    scalability: {
      contention: { value: 0.012, low: 0.008, high: 0.016 },
      crosstalk: { value: 0.00021, low: 0.0001, high: 0.0003 },
      perUser: { value: 0.98, low: 0.95, high: 1.01 },
      peakAt: 438,
    },
    ...over,
  };
}

/** One line of markup, controls and quotes, as a foreign service may name a metric. */
export const hostile = '<img src=x onerror=alert(1)>"`|**x**\u001b[31m</script>';
