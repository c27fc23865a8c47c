import { expect, test } from '@playwright/test';
import { withoutBrowsers } from '../../../src/crowd/browser-crowd.ts';
import { bounds, selfCheck } from '../../../src/crowd/generator-checks.ts';
import { isSpoilt, standing } from '../../../src/crowd/self-check.ts';
import type { GeneratorHealth, SliceReport } from '../../../src/crowd/slice-report.ts';
import { noSessions } from '../../../src/crowd/slice-report.ts';
import { identityOf } from '../../../src/targets/judgement.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';
import { generatorLimits } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { health, latencies, sliceReport } from './slice-reports.ts';

const late = (values: readonly number[]) => ({ lateArrivals: latencies(values).encode() });
const failed = (over: Partial<GeneratorHealth>, dropped = 0) =>
  selfCheck([
    sliceReport(),
    sliceReport({ slice: 2, health: health(over), sessions: { ...noSessions(), dropped } }),
  ])
    .filter(({ ok }) => !ok)
    .map(({ check }) => check);

test('a healthy generator and a run without reports pass every check', () => {
  expect(failed({})).toEqual([]);
  expect(selfCheck([]).every(({ ok }) => ok)).toBe(true);
});

test.describe('check of the local ports', () => {
  const ports = (slice: number, used: number) =>
    sliceReport({ slice, health: health({ localPorts: { used, limit: 1000 } }) });
  const finding = (reports: SliceReport[], slicesEach?: number) =>
    selfCheck(reports, slicesEach).find(({ check }) => check === 'local ports');

  test('adds the ports of all slices of one machine and fails above 90%', () => {
    expect(finding([ports(1, 450), ports(2, 450)])).toMatchObject({ value: 90, ok: true });
    expect(finding([ports(1, 450), ports(2, 460)])).toMatchObject({
      value: 91,
      ok: false,
      spoils: 'nothing',
    });
    // With one slice on each machine.
    expect(finding([ports(1, 450), ports(2, 460)], 1)).toMatchObject({ value: 46, ok: true });
  });

  test('is left out when the number of ports is unknown', () => {
    expect(finding([sliceReport()])).toBeUndefined();
  });
});

test.describe('check of calls that a generator limit prevented', () => {
  const reportOf = (causes: readonly string[]) => {
    const timings = new Timings(0);
    const get = timings.operation('meeting.get');
    get.record('ok', 0, 5);
    for (const cause of causes) {
      get.record('generator limit', 5, 6);
      get.failure('generator limit', cause, 'connect E…');
    }
    return sliceReport({ timings: timings.encode(10) });
  };
  const prevented = (reports: SliceReport[]) =>
    selfCheck(reports)
      .filter(({ spoils }) => spoils === 'everything')
      .map(({ check, value, ok }) => [check, value, ok]);

  test('counts the prevented calls of all slices by limit', () => {
    const { port, descriptor } = generatorLimits;
    expect(prevented([reportOf([port, port, descriptor]), reportOf([port])])).toEqual([
      ['no local port was left', 3, false],
      ['no file descriptor was left', 1, false],
    ]);
    expect(prevented([reportOf(['net::ERR_INSUFFICIENT_RESOURCES'])])).toEqual([
      ['a limit of this machine was reached', 1, false],
    ]);
  });

  test('is left out when no call was prevented', () => {
    expect(prevented([reportOf([])])).toEqual([]);
  });
});

test.describe('check of the CPU of all browsers', () => {
  const check = 'CPU of all browsers';
  /** A slice whose browser used this number of cores in each second, on a machine with four. */
  const driving = (slice: number, cores: readonly number[]) =>
    sliceReport({
      slice,
      samples: cores.map((browserCpu, second) => ({
        atMs: (second + 1) * 1000,
        loopDelayMaxMs: 1,
        cpu: 0.1,
        browserCpu,
        memoryBytes: 1,
      })),
      browsers: {
        ...withoutBrowsers(4, null),
        processes: { cpuMean: 1, cpuPeak: 1, cores: 4, memoryPeakBytes: 1 },
      },
    });
  const percent = (reports: SliceReport[], slicesEach?: number) =>
    selfCheck(reports, slicesEach).find((one) => one.check === check);
  const long = (cores: number) => Array.from({ length: 20 }, () => cores);

  test('fails when all browsers of one machine together exceed the limit', () => {
    const most = (4 * bounds.browserCpuPercent) / 100;
    expect(percent([driving(1, long(most / 2)), driving(2, long(most / 2))])).toMatchObject({ ok: true });
    expect(percent([driving(1, long(most / 2)), driving(2, long(most / 2 + 0.1))])).toMatchObject({
      ok: false,
      spoils: 'pages',
    });
  });

  test('adds the browsers of a machine in its busiest 5 seconds', () => {
    const [early, late] = [
      [...long(1), 2, 2, 2, 2, 2, ...long(1)],
      [...long(1), ...long(1), 2, 2, 2, 2, 2],
    ];
    expect(percent([driving(1, early)])!.value).toBeCloseTo(50, 6);
    expect(percent([driving(1, early), driving(2, late)])!.value).toBeCloseTo(75, 6);
    expect(percent([driving(1, early), driving(2, early)])!.value).toBeCloseTo(100, 6);
    expect(percent([driving(1, [...long(0), 4, ...long(0)])])!.value).toBeCloseTo(20, 6);
  });

  test('takes the mean of a run of less than 5 seconds', () => {
    expect(percent([driving(1, [4, 2])])!.value).toBeCloseTo(75, 6);
    expect(percent([driving(1, [])])!.value).toBe(0);
  });

  test('takes the busiest of several machines', () => {
    const slices = [1, 2, 3, 4].map((slice) => driving(slice, long(slice === 4 ? 2 : 1)));
    expect(percent(slices, 2)!.value).toBeCloseTo(75, 6);
  });

  test('is left out when no browser runs', () => {
    expect(percent([sliceReport()])).toBeUndefined();
  });
});

test.describe('limits of a single slice', () => {
  const files = (percent: number) => ({ openFilesPeak: percent * 10, openFilesLimit: 1000 });
  const table: [string, Partial<GeneratorHealth>, Partial<GeneratorHealth>][] = [
    ['late arrivals P99', late([bounds.lateArrivalP99Ms]), late([bounds.lateArrivalP99Ms + 1])],
    ['start skew', { startSkewMs: bounds.startSkewMs }, { startSkewMs: bounds.startSkewMs + 1 }],
    [
      'longest event-loop block',
      { loopDelayMaxMs: bounds.longestBlockMs },
      { loopDelayMaxMs: bounds.longestBlockMs + 1 },
    ],
    ['open files', files(bounds.openFilesPercent), files(bounds.openFilesPercent + 1)],
  ];
  for (const [check, within, beyond] of table) {
    test(`fails only "${check}" above its limit`, () => {
      expect(failed(within)).toEqual([]);
      expect(failed(beyond)).toEqual([check]);
    });
  }

  test('fails "arrivals skipped at the user limit" after one skipped arrival', () => {
    expect(failed({}, 1)).toEqual(['arrivals skipped at the user limit']);
  });

  test('fails a check whose value is NaN', () => {
    expect(failed({ startSkewMs: Number.NaN })).toEqual(['start skew']);
  });
});

test('late arrivals of all slices count together: 1 of 100 may be late, 2 may not', () => {
  const of = (lateOnes: number) =>
    late(Array.from({ length: 100 }, (_, index) => (index < lateOnes ? 900 : 1)));
  expect(failed(of(1))).toEqual([]);
  expect(failed(of(2))).toEqual(['late arrivals P99']);
  // With fewer than 100 arrivals, the latest one counts.
  expect(failed(late([1, 1, 900]))).toEqual(['late arrivals P99']);
});

test('an unknown number of open files fails no check', () => {
  expect(failed({ openFilesPeak: null, openFilesLimit: null })).toEqual([]);
});

test('high CPU use and a slow event loop alone fail no check', () => {
  expect(failed({ cpuMean: 1, cpuPeak: 1, loopDelayP99Ms: 400, loopDelayMaxMs: 900 })).toEqual([]);
});

test.describe('check of the time lost by late starts', () => {
  const check = 'time lost by late starts';
  /** Ten participants for 10 s, and calls that started late by these times, in ms. */
  const report = (lateMs: readonly number[], slice = 1) => {
    const timings = new Timings(0);
    for (const [index, late] of lateMs.entries())
      timings.operation('meeting.get').record('ok', 100 * index + late, 100 * index + late + 5, 100 * index);
    return sliceReport({ slice, health: health({ userMs: 100_000 }), timings: timings.encode(10_000) });
  };
  const each = (ms: number) => Array.from({ length: 50 }, () => ms);
  const lost = (...reports: SliceReport[]) => selfCheck(reports).find((one) => one.check === check)!;

  test('fails above 5% of the participant time under a closed schedule', () => {
    expect(lost(report(each(100)))).toMatchObject({ value: 5, unit: '%', ok: true, spoils: 'load' });
    expect(lost(report(each(110)))).toMatchObject({ value: 5.5, ok: false });
    expect(selfCheck([report(each(110))]).filter(({ ok }) => !ok)).toHaveLength(1);
  });

  test('takes the worst slice, and 0 without data', () => {
    expect(lost(report([]), report(each(200), 2)).value).toBeCloseTo(10, 9);
    expect(lost(sliceReport()).value).toBe(0);
  });
});

test.describe('Which results does a failed check invalidate?', () => {
  const target = (text: string, state = 'missed') => {
    const [parsed] = parseTargets(splitTargets(text));
    return { ...identityOf(parsed!), state };
  };
  const found = (over: Partial<GeneratorHealth>) => selfCheck([sliceReport({ health: health(over) })]);
  const stands = (over: Partial<GeneratorHealth>, ...targets: ReturnType<typeof target>[]) =>
    standing(found(over), targets).map(({ check }) => check);

  test('a large start skew invalidates everything', () => {
    expect(stands({ startSkewMs: 900 })).toEqual(['start skew']);
    expect(stands({ startSkewMs: 1 })).toEqual([]);
  });

  test('a block longer than a ping timeout invalidates only missed targets of lost connections', () => {
    const blocked = { loopDelayMaxMs: 30_000 };
    const check = ['longest event-loop block'];
    expect(stands(blocked, target('connections lost <= 1 %'))).toEqual(check);
    expect(stands(blocked, target('connections lost <= 1 %', 'met'))).toEqual([]);
    expect(stands(blocked, target('latency p95 < 1 ms'), target('events lost < 1 %'))).toEqual([]);
  });

  test('open files near the limit invalidate nothing', () => {
    expect(stands({ openFilesPeak: 99, openFilesLimit: 100 }, target('latency p95 < 1 ms'))).toEqual([]);
  });

  test('busy browser processors invalidate only targets of pages', () => {
    for (const text of ['page.join p95 < 1 s', 'worst 10 s page.open p95 < 1 s'])
      expect(isSpoilt(target(text), 'pages')).toBe(true);
    expect(isSpoilt(target('latency p95 < 1 s'), 'pages')).toBe(false);
  });

  test('each failed check has a hint', () => {
    for (const { hint } of found({})) expect(hint).toMatch(/\w{4,}.*\.$/);
  });
});
