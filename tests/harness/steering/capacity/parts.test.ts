import { expect, test } from '@playwright/test';
import { levelSchema } from '../../../../src/capacity/evidence.ts';
import { readSettings } from '../../../../src/config/read-settings.ts';
import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { UserError } from '../../../../src/kernel/errors.ts';
import type { ServiceSample } from '../../../../src/meetings/service-sample.ts';
import { GeneratorLimits } from '../../../../src/steering/capacity/generator-limits.ts';
import { levelLine } from '../../../../src/steering/capacity/level-line.ts';
import { searchOptions } from '../../../../src/steering/capacity/search-options.ts';
import { serviceReadings } from '../../../../src/steering/capacity/service-readings.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { health, sliceReport } from '../../crowd/slice-reports.ts';

test.describe('what limited the load generator', () => {
  const idle = { atMs: 1000, loopDelayMaxMs: 2, cpu: 0.2, memoryBytes: 1 };
  const lateStart = new Timings(0);
  lateStart.operation('meeting.get').record('ok', 100, 110, 0);
  const busy: [string, Partial<SliceReport>, RegExp | null][] = [
    ['an idle generator', {}, null],
    ['CPU', { samples: [{ ...idle, cpu: 0.97 }] }, /^slice 1 used 0.97 of one core$/],
    [
      'a blocked event loop',
      { samples: [{ ...idle, loopDelayMaxMs: 1500 }] },
      /event loop of slice 1 .* 1500 ms/,
    ],
    ['late arrivals', { samples: [{ ...idle, arrivalLateMs: 340 }] }, /^arrivals were 340 ms late/],
    ['arrivals that are a little late', { samples: [{ ...idle, arrivalLateMs: 160 }] }, null],
    [
      'skipped arrivals',
      { sessions: { ...sliceReport().sessions, dropped: 12 } },
      /^12 arrivals skipped \(user limit/,
    ],
    ['missing ports', { sessions: { ...sliceReport().sessions, limited: 1 } }, /^1 participant had no port/],
    [
      'calls that began late',
      { health: health({ userMs: 1000 }), timings: lateStart.encode(1000) },
      /^participants lost 10% of their time/,
    ],
  ];
  for (const [name, over, reason] of busy)
    test(`is known for ${name}, and only in that second`, () => {
      const limits = new GeneratorLimits('users');
      limits.add(sliceReport({ samples: [idle], ...over, sequence: 1 }));
      // The counts are cumulative: the same counts are no news.
      limits.add(sliceReport({ ...over, sequence: 2, samples: [{ ...idle, atMs: 2000 }] }));
      const { reason: found } = limits.take(0);
      if (reason === null) expect(found).toBeNull();
      else expect(found).toMatch(reason);
      expect(limits.take(1).reason).toBeNull();
      expect(limits.take(0)).toEqual({ reason: null, cpu: 0 });
    });

  test('has the CPU of the busiest slice', () => {
    const limits = new GeneratorLimits('users');
    limits.add(sliceReport({ slice: 1, samples: [{ ...idle, cpu: 0.3 }] }));
    limits.add(sliceReport({ slice: 2, samples: [{ ...idle, cpu: 0.6 }] }));
    expect(limits.take(0)).toEqual({ reason: null, cpu: 0.6 });
  });

  test('does not take late calls for a limit of arrivals', () => {
    const limits = new GeneratorLimits('arrivals');
    limits.add(
      sliceReport({ samples: [idle], health: health({ userMs: 1000 }), timings: lateStart.encode(1000) }),
    );
    expect(limits.take(0).reason).toBeNull();
  });
});

test.describe('the resources of the service', () => {
  const sample: ServiceSample = {
    atMs: 10_000,
    processStart: 100,
    calls: null,
    cpuS: 20,
    memoryBytes: 1,
    loopDelayMs: 12,
    connections: 40,
    waitingForDatabase: 2.5,
  };

  test('are read from two readings of one process', () => {
    expect(serviceReadings({ ...sample, atMs: 8000, cpuS: 18.5 }, sample)).toEqual([
      { name: 'service CPU', value: 0.75, unit: 'cores', limit: 0.95 },
      { name: 'service event loop', value: 12, unit: 'ms', limit: 100 },
      { name: 'callers waiting for a database connection', value: 2.5, unit: '', limit: 1 },
      { name: 'connections', value: 40, unit: '', limit: null },
    ]);
  });

  test('have no CPU without two readings of the same process', () => {
    const names = (before: ServiceSample | undefined) =>
      serviceReadings(before, sample).map(({ name }) => name);
    expect(names(undefined)).not.toContain('service CPU');
    expect(names({ ...sample, atMs: 8000, cpuS: 1, processStart: 50 })).not.toContain('service CPU');
  });

  test('have no limit of CPU if the service has more than one thread', () => {
    const [cpu] = serviceReadings({ ...sample, atMs: 8000, cpuS: 18 }, { ...sample, loopDelayMs: null });
    expect(cpu).toEqual({ name: 'service CPU', value: 1, unit: 'cores', limit: null });
  });
});

test.describe('the options of a search', () => {
  const options = (
    written: Record<string, string>,
    bounds: Partial<Parameters<typeof searchOptions>[1]> = {},
  ) =>
    searchOptions(readSettings(written), {
      accounts: undefined,
      run: { workers: 2, shard: { index: 1, of: 1 } },
      hasOwnTargets: written.TARGETS !== undefined,
      ...bounds,
    });
  const texts = ({ limits }: { limits: readonly { text: string }[] }) => limits.map(({ text }) => text);

  test('have the usual limits unless the user sets targets or limits', () => {
    expect(texts(options({}))).toEqual(['latency p95 < 500 ms', 'error rate < 1 %']);
    const TARGETS = 'latency p95 < 300 ms; throughput > 5 /s; page.lcp p75 < 2500 ms';
    const found = options({ TARGETS });
    expect(texts(found)).toEqual(['latency p95 < 300 ms']);
    expect(found.leftOut.join('\n')).toMatch(
      /throughput > 5 \/s: .*\npage\.lcp p75 < 2500 ms: no browser takes part/,
    );
    expect(texts(options({ TARGETS, CAPACITY_LIMIT: 'error rate < 5 %' }))).toEqual(['error rate < 5 %']);
    // No target of the user can judge a level.
    expect(texts(options({ TARGETS: 'throughput > 5 /s' }))).toHaveLength(2);
  });

  test('refuse limits that can judge no level', () => {
    const refused = () => options({ CAPACITY_LIMIT: 'throughput > 5 /s' });
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(/CAPACITY_LIMIT: no limit can judge a level. throughput > 5 \/s: /);
  });

  test('are bounded by what the user, the accounts and one meeting allow', () => {
    expect(options({})).toMatchObject({ axis: 'users', atMost: 10_000, forMs: 900_000, withinPercent: 5 });
    expect(options({ CAPACITY_AT_MOST: '500', CAPACITY_AT_LEAST: '50' })).toMatchObject({
      atMost: 500,
      atMostReason: 'CAPACITY_AT_MOST',
      atLeast: 50,
    });
    // Each of three processes has 30 accounts, and two of them are slices.
    expect(options({ CAPACITY_AT_MOST: '500' }, { accounts: 90 })).toMatchObject({
      atMost: 60,
      atMostReason: 'the contract has 90 users',
    });
    expect(options({ CAPACITY_OF: 'arrivals' }, { accounts: 90 }).atMost).toBe(10_000);
    expect(options({ CAPACITY_OF: 'meeting-size', MEETING_SIZE: '80' })).toMatchObject({
      atMost: 79,
      atMostReason: 'MEETING_SIZE=80, and the host is one member',
    });
  });
});

test('a level is one sentence in lines of at most 80 columns', () => {
  const level = levelSchema.parse({
    level: 320,
    purpose: 'double',
    startedAtMs: 0,
    judgedFromMs: 0,
    endedAtMs: 1000,
    verdict: 'holds',
    message: '98.7% within latency p95 < 500 ms (95% CI 97.9–99.2%), 95% required',
    limits: [],
    growth: null,
    calls: 1,
    perSecond: 1,
    users: 1,
    p50Ms: 1,
    p95Ms: 1,
    p99Ms: 1,
    errorRatePercent: 0,
    resources: [],
    generator: null,
  });
  expect(levelLine('users', level)).toBe(
    'Capacity  320 users hold: 98.7% within latency p95 < 500 ms (95% CI 97.9–99.2%),\n          95% required',
  );
  expect(levelLine('users', { ...level, level: 1, verdict: 'breaks' })).toMatch(
    /^Capacity {2}1 user does not hold: /,
  );
  expect(levelLine('arrivals', { ...level, verdict: 'undecided' })).toMatch(
    /^Capacity {2}320 arrivals\/s are undecided/,
  );
});
