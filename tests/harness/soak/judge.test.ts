import { expect, test } from '@playwright/test';
import type { MetricVerdict } from '../../../src/soak/evidence.ts';
import { judgeSoak } from '../../../src/soak/judge.ts';
import { type Behaviour, simulatedSoak } from './simulated-soak.ts';

const MIB = 2 ** 20;

function judged(key: string | number, behaviour?: Behaviour) {
  return judgeSoak(simulatedSoak(key, behaviour));
}

/** How many of these soaks have each verdict. */
function verdicts(count: number, behaviour?: Behaviour): Partial<Record<MetricVerdict['verdict'], number>> {
  const found: Partial<Record<MetricVerdict['verdict'], number>> = {};
  for (let soak = 0; soak < count; soak++) {
    const verdict = worst(judged(soak, behaviour));
    found[verdict] = (found[verdict] ?? 0) + 1;
  }
  return found;
}

const worst = ([first]: readonly MetricVerdict[]) => first!.verdict;

const verdictOf = (metric: string, metrics: readonly MetricVerdict[]) =>
  metrics.find((one) => one.metric === metric);

test('of 60 healthy soaks, at most 2 grow, and most are flat', () => {
  const { grows = 0, flat = 0 } = verdicts(60);
  expect(grows).toBeLessThanOrEqual(2);
  expect(flat).toBeGreaterThanOrEqual(48);
});

test('a leak of sockets is found in all soaks, with sockets first and in proportion to the sessions', () => {
  for (let soak = 0; soak < 20; soak++) {
    const metrics = judged(soak, { leakSocketEvery: 10, sessions: 400 });
    expect(metrics[0]).toMatchObject({ metric: 'os.sockets', kind: 'count', by: 'rest', verdict: 'grows' });
    expect(metrics[0]!.per1000Sessions!.value).toBeGreaterThan(95);
    expect(metrics[0]!.per1000Sessions!.value).toBeLessThan(105);
    expect(metrics[0]!.message).toMatch(
      /^sockets did not return to rest: [\d,]+ after round 1, [\d,]+ after round 12 \([\d.]+ per 1000 sessions\)/,
    );
  }
});

test('a leak of file descriptors has a forecast, if the service publishes their limit', () => {
  const soak = simulatedSoak('descriptors', { leakSocketEvery: 1, sessions: 400 });
  const withLimit = (values: Record<string, number>) => ({ ...values, process_max_fds: 65_536 });
  const metrics = judgeSoak({
    ...soak,
    samples: soak.samples.map((sample) => ({ ...sample, values: withLimit(sample.values) })),
  });
  const descriptors = metrics.find(({ metric }) => metric === 'process_open_fds')!;
  // 4,800 of 65,536 in 10 min: 28,800 per hour.
  expect(descriptors.reaches!.inHours).toBeGreaterThan(2);
  expect(descriptors.reaches!.inHours).toBeLessThan(2.3);
  expect(descriptors.message).toMatch(/; at this rate, the limit of 65,536 is reached in 2\.\d h \(/);
  expect(metrics.map(({ metric }) => metric)).not.toContain('process_max_fds');
});

test('a leak of 4 KB per session is found in most soaks, with the heap first and a forecast', () => {
  const found = Array.from({ length: 30 }, (_, soak) =>
    judged(soak, { leakBytes: 4096, sessions: 1000 }),
  ).filter((metrics) => worst(metrics) === 'grows');
  expect(found.length).toBeGreaterThan(24);
  const [first] = found.map((metrics) => metrics[0]!);
  expect(first).toMatchObject({ metric: expect.stringMatching(/^nodejs_heap/), by: 'floor', unit: 'bytes' });
  // 12 rounds of 1000 sessions in 10 min are 72,000 sessions per hour.
  expect(first!.perHour!.value / MIB).toBeGreaterThan(0.8 * 281);
  expect(first!.perHour!.value / MIB).toBeLessThan(1.2 * 281);
  expect(first!.per1000Sessions!.value / MIB).toBeGreaterThan(0.8 * 3.9);
  expect(first!.reaches).toMatchObject({ limit: 512 * MIB });
  expect(first!.reaches!.inHours).toBeGreaterThan(first!.reaches!.low);
  expect(first!.message).toMatch(
    /^heap (?:after a full collection|used) grows: [\d.]+ MiB to [\d.]+ MiB, [\d.]+ MiB per hour \([\d.]+ MiB to [\d.]+ MiB\), [\d.]+ MiB per 1000 sessions; at this rate, the limit of 512 MiB is reached in [\d.]+ (?:h|min) \(/,
  );
});

test('a warm-up that has not settled is unsettled in most soaks', () => {
  const { unsettled = 0, grows = 0 } = verdicts(40, { warmUp: 0.3, warmUpBytes: 60 * MIB });
  expect(unsettled).toBeGreaterThan(24);
  expect(grows).toBeLessThan(12);
  const metrics = judged(3, { warmUp: 0.3, warmUpBytes: 60 * MIB });
  const heap = metrics.find(({ verdict }) => verdict === 'unsettled')!;
  expect(heap.message).toMatch(/: run at least 2\d min$/);
  expect(heap.runAtLeastMs).toBeGreaterThanOrEqual(1_200_000);
});

test('latency that rises with the sessions drifts', () => {
  const metrics = judged('drift', { driftMs: 20, sessions: 500 });
  expect(verdictOf('p50', metrics)).toMatchObject({ verdict: 'grows', by: 'drift', unit: 'ms' });
  expect(verdictOf('p50', judged('drift'))).toMatchObject({ verdict: 'flat' });
});

test('three rounds are too short, and say how long a soak has to be', () => {
  const metrics = judged('short', { rounds: 3, leakSocketEvery: 1 });
  expect(worst(metrics)).toBe('too short');
  expect(verdictOf('os.sockets', metrics)!.message).toMatch(
    /^sockets: 3 of at least 5 rests: [\d,]+ after round 1, [\d,]+ after round 3; run at least 17 min$/,
  );
});

test('of a service without metrics, only its latency is judged', () => {
  const soak = simulatedSoak('none');
  const metrics = judgeSoak({
    ...soak,
    samples: soak.samples.map((sample) => ({ ...sample, values: {} })),
    rounds: soak.rounds.map((round) => ({ ...round, rest: null })),
  });
  expect(metrics.map(({ metric }) => metric)).toEqual(['p50', 'p95']);
  expect(judgeSoak({ plan: soak.plan, rounds: [], samples: [] })).toEqual([]);
});

test('a soak that was killed is judged by the rounds that rested', () => {
  const soak = simulatedSoak('killed', { leakSocketEvery: 1 });
  const rounds = soak.rounds.slice(0, 6);
  rounds[5] = { ...rounds[5]!, rest: null, restedAtMs: null };
  const atMs = rounds[5]!.endedAtMs;
  const metrics = judgeSoak({
    plan: { ...soak.plan, ended: false },
    rounds,
    samples: soak.samples.filter((sample) => sample.atMs < atMs),
  });
  expect(metrics[0]).toMatchObject({ metric: 'os.sockets', verdict: 'grows' });
  expect(metrics[0]!.message).toContain('after round 5');
});

test('a metric that a service publishes from time to time is 0 in between, and a constant of the service is left out', () => {
  const soak = simulatedSoak('sparse');
  const withThings = (number: number): Record<string, number> =>
    number > 2 ? { 'things{kind="a"}': 5 * number, 'things{kind="b"}': 1 } : { 'things{kind="b"}': 1 };
  const metrics = judgeSoak({
    ...soak,
    samples: soak.samples.map((sample) => ({
      ...sample,
      values: { ...sample.values, ...withThings(sample.round), workers_configured: 4 },
    })),
    rounds: soak.rounds.map((round) => ({ ...round, rest: { ...round.rest, ...withThings(round.number) } })),
  });
  const names = metrics.map(({ metric }) => metric);
  expect(names).toContain('things{kind="a"}');
  expect(names).not.toContain('workers_configured');
  expect(names).not.toContain('things{kind="b"}');
  expect(metrics.find(({ metric }) => metric === 'things{kind="a"}')).toMatchObject({ before: 0, after: 60 });
});

test('a series with labels that few readings had is 0 in the others, and flat', () => {
  const soak = simulatedSoak('once');
  const name = 'nodejs_active_requests{type="ShutdownWrap"}';
  const samples = soak.samples.map((sample, index) =>
    index === 20 ? { ...sample, values: { ...sample.values, [name]: 2 } } : sample,
  );
  const rounds = soak.rounds.map((round) =>
    round.number === 5 ? { ...round, rest: { ...round.rest, [name]: 1 } } : round,
  );
  expect(verdictOf(name, judgeSoak({ ...soak, samples, rounds }))).toMatchObject({ verdict: 'flat' });
});
